/** `npm start`: runs demos, draws who ran when, and ends with a table of what happened. */
import colors from "picocolors";
import { chosen, demos, help, idOf, list } from "./demos.js";
import { lifetimesOf } from "./events.js";
import { runDemo } from "./run-demo.js";
import { closingTable, type Outcome, timeline } from "./timeline.js";

const WIDEST = 120;
const width = Math.min(process.stdout.columns ?? 80, WIDEST);

const names = process.argv.slice(2);
const asked = chosen(names);
if (asked === "help") {
  console.log(help);
} else {
  const outcomes: Outcome[] = [];
  for (const demo of asked) {
    console.log(`\n${colors.bold(idOf(demo))}  ${colors.dim(demo.what)}\n`);
    const { exitCode, seconds, events } = await runDemo(demo);
    const lifetimes = lifetimesOf(events);
    console.log(`\n${timeline(lifetimes, width).join("\n")}`);
    outcomes.push({ demo: idOf(demo), workers: lifetimes.length, seconds, isPassed: exitCode === 0 });
  }
  console.log(`\n${closingTable(outcomes)}`);
  if (names.length === 0) {
    const further = demos.filter((demo) => !asked.includes(demo));
    console.log(`\nFurther demos, each by npm start -- NAME, or all of them by npm start -- all:\n\n${list(further)}`);
  }
  process.exitCode = outcomes.every(({ isPassed }) => isPassed) ? 0 : 1;
}
