// @ts-check
/** Calls of tasks whose module is still being evaluated, in each of its turns. */
import { setImmediate as turn } from "node:timers/promises";
import { tasksFrom } from "heddle";

const wrong = new Set();
await import("./late/other.mjs");
for (let n = 0; n < 100; n++) {
  const url = new URL(`late/tasks.mjs?${n}`, import.meta.url);
  const tasks = /** @type {typeof import("./late/tasks.mjs")} */ (/** @type {unknown} */ (tasksFrom(url)));
  const answers = [];
  for (let call = 0; call < 8; call++) {
    answers.push(Promise.resolve(tasks.name()).catch(String));
    for (let jobs = n % 7; call % 2 === 1 && jobs > 0; jobs--) await null;
    if (n % 5 === call) await turn();
  }
  for (const answer of await Promise.all(answers)) if (answer !== "late") wrong.add(answer);
}
console.log(wrong.size === 0 ? "all right" : [...wrong].join("\n"));
