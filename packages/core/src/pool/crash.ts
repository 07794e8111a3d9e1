import { WorkerCrashedError } from "../contracts/errors.js";
import { briefly } from "../kernel/message/index.js";
import { ASKING_TO_END } from "../worker/asking-to-end.js";
import type { Ending } from "../worker/child.js";
import type { Call } from "./call.js";
import type { Link } from "./link.js";

export const wasAskedToEnd = ({ signal }: Ending): boolean => ASKING_TO_END.some((asking) => asking === signal);

/** What the task that ran rejects with when its worker has ended. */
export function crashOf(link: Link, call: Call, { exitCode, signal, uncaught }: Ending): WorkerCrashedError {
  // Nobody can tell whose error it was that was thrown outside all tasks, where several have run.
  const earlier = uncaught === undefined ? [] : [...link.ran].reverse();
  const whose = earlier.length > 0 ? ` (of this task, or left behind by an earlier one: ${earlier.join(", ")})` : "";
  const how =
    uncaught !== undefined
      ? `ended by an uncaught error${whose}: ${briefly(uncaught.error)}`
      : signal !== undefined
        ? `was killed by ${signal}`
        : `ended with exit code ${exitCode}`;
  const error = new WorkerCrashedError(`${link.name} ${link.ending ?? how} while it ran ${call.ref.name}`, {
    exitCode,
    signal,
    leftBy: earlier,
    ...(uncaught === undefined ? {} : { cause: uncaught.error }),
  });
  return call.accuse(error);
}
