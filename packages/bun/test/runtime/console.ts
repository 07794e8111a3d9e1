/** The output of `console` through a `process.stdout` of one's own: as it is, and once it was adopted. */
import { bunRuntime } from "../../src/processes/runtime.js";

const { write } = process.stdout;
const heard: string[] = [];
process.stdout.write = (text) => heard.push(String(text)) > 0;
const print = (): void => console.log("%d of", 1, { a: [2, "b"] }, new Map([["c", 3]]));
print();
bunRuntime.adoptConsole((stream, text) => process[stream].write(text));
print();
console.log();
process.stdout.write = write;
process.stdout.write(`${JSON.stringify(heard)}\n`);
