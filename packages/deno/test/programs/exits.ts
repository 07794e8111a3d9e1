import { isMain, Thread, task } from "@heddle/deno";

export const leave = task(import.meta, function leave(code: number) {
  process.exit(code);
});

if (isMain(import.meta)) {
  for (const code of [0, 3]) {
    const thread = new Thread(leave, { args: [code] }).start();
    await thread.result.catch((error) => console.log(error.code, error.exitCode));
  }
  console.log("the program goes on");
}
