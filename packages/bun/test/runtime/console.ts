/** What `console` writes through a `process.stdout` of one's own: as it is, and once it was adopted. */
import { bunRuntime } from "../../src/processes/runtime.js";

const { write } = process.stdout;
const heard: string[] = [];
process.stdout.write = (text) => heard.push(String(text)) > 0;
console.log("as it is");
bunRuntime.adoptConsole();
console.log("adopted %d", 1);
process.stdout.write = write;
process.stdout.write(`${JSON.stringify(heard)}\n`);
