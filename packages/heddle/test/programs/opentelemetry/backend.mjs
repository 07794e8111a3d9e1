/** A backend's names, for any kind of worker. */
export async function load(name) {
  const heddle = await import(name);
  const tasks = heddle.tasksFrom(new URL("./tasks.mjs", import.meta.url));
  return { ...heddle, Worker: heddle.Thread ?? heddle.Process, tasks };
}
