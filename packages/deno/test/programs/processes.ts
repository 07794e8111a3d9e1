/** Runs a task in a process, or says why there is none. */
const heddle = await import("@heddle/deno/processes").catch((error: { code: string; message: string }) => {
  console.log(error.code, error.message);
  Deno.exit();
});
const { isMain, Process, task } = heddle;

export const add = task(import.meta, (a: number, b: number) => a + b);

if (isMain(import.meta)) console.log(await new Process(add, { args: [1, 2] }).start().result);
