/** `npm start`: runs every demo of every runtime, draws who ran when, and ends with a table of what happened. */
import colors from "picocolors";
import { looms } from "./demos.js";
import { livesOf } from "./events.js";
import { runDemo } from "./run-demo.js";
import { closingTable, type Outcome, timeline } from "./timeline.js";

const WIDEST = 120;
const width = Math.min(process.stdout.columns ?? 80, WIDEST);

const outcomes: Outcome[] = [];
for (const loom of looms()) {
  for (const demo of loom.demos) {
    console.log(`\n${colors.bold(`${loom.name}: ${demo.name}`)}  ${colors.dim(demo.what)}\n`);
    const { exitCode, seconds, events } = await runDemo(loom, demo);
    const lives = livesOf(events);
    console.log(`\n${timeline(lives, width).join("\n")}`);
    outcomes.push({ loom: loom.name, demo: demo.name, workers: lives.length, seconds, isPassed: exitCode === 0 });
  }
}
console.log(`\n${closingTable(outcomes)}`);
process.exitCode = outcomes.every(({ isPassed }) => isPassed) ? 0 : 1;
