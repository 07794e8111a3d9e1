/** Terminates a worker that never looks up, tells whether it goes on, and has nothing left to do. */
const words = new Int32Array(new SharedArrayBuffer(8));
const worker = new Worker(new URL("worker.ts", import.meta.url), { type: "module", name: Deno.args[0] ?? "" });
const { port1, port2 } = new MessageChannel();
worker.postMessage({ words, port: port2 }, [port2]);
port1.close();

const turns = (): number => Atomics.load(words, 0);
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));

while (turns() === 0) await turn();
worker.terminate();
const before = turns();
while (turns() === before) await turn();
console.log("goes on after terminate");
if (Deno.args[1] === "exit") Deno.exit();
