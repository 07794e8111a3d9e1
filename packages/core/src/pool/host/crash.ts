import { WorkerCrashedError } from "../../contracts/errors.js";
import type { WorkerExit } from "../../worker/child-worker.js";
import { explained } from "../../worker/explained.js";
import { TERMINATION_SIGNALS } from "../../worker/termination-signals.js";
import type { Call } from "../call.js";
import type { Suspects } from "../suspects.js";
import type { Link } from "./link.js";

export const wasSignalled = ({ signal }: WorkerExit): boolean =>
  TERMINATION_SIGNALS.some((asking) => asking === signal);

/** The error that the task rejects with when its worker has ended. */
export function crashOf(
  link: Link,
  call: Call,
  { exitCode, signal, uncaught, unbegun }: WorkerExit,
): WorkerCrashedError {
  const isOwn = uncaught === undefined || link.suspects.culprit?.number === call.number;
  const how =
    uncaught !== undefined
      ? `was ended by ${whose(link.suspects, isOwn)}: ${explained(uncaught.error)}`
      : signal !== undefined
        ? `was killed by ${signal}`
        : (unbegun ?? `ended with exit code ${exitCode}`);
  return new WorkerCrashedError(`${link.name} ${link.endReason ?? how} while it ran ${call.ref.name}`, {
    exitCode,
    signal,
    leftBy: isOwn ? [] : link.suspects.names,
    ...(uncaught === undefined ? {} : { cause: uncaught.error }),
  });
}

/** The error that has ended a worker, as far as it is known which task it is of. */
function whose({ culprit, names }: Suspects, isOwn: boolean): string {
  if (isOwn) return "an uncaught error of this task";
  if (culprit !== undefined) {
    return culprit.number === undefined
      ? `an error that an earlier task (${culprit.task}) left behind`
      : `an uncaught error of another task (${culprit.task}), which ran at the same time`;
  }
  return names.length === 0
    ? "an uncaught error"
    : `an uncaught error (of this task, or left behind by an earlier one: ${names.join(", ")})`;
}
