/** Starts a worker that does what the argument says, and prints what it hears of it. */
const worker = new Worker(new URL("./worker.ts", import.meta.url), { data: process.argv[2] } as Bun.WorkerOptions);
worker.addEventListener("message", ({ data }) => console.log(`message: ${data}`));
worker.addEventListener("error", ({ error }) => console.log(`error: ${error}`));
worker.addEventListener("close", ({ code }) => console.log(`close: ${code}`));
