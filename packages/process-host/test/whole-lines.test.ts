import assert from "node:assert/strict";
import { setTimeout } from "node:timers/promises";
import { describe, it } from "vitest";
import { numbers } from "../src/native/numbers.js";
import { POLLOUT } from "../src/native/posix.js";
import type { Print } from "../src/runtime.js";
import { writeWholeLines } from "../src/whole-lines.js";
import { faulty, inTurn } from "./natives.js";

type Written = number | "EAGAIN" | "EINTR" | "EPIPE" | "ENOSPC" | undefined;

/**
 * Has `act` write to an output whose system answers each write by the next of `answers`, and takes all after them. Gives the calls of the
 * system. At the end, process.stdout is what it was.
 */
async function output(
  answers: readonly Written[],
  act: (out: NodeJS.WriteStream, calls: string[], end: () => void, print: Print) => void | Promise<void>,
): Promise<string[]> {
  const calls: string[] = [];
  const answer = inTurn<Written>(...answers);
  const runtime = faulty({
    write(_fd, bytes, length) {
      const written = answer() ?? length;
      calls.push(typeof written === "number" ? new TextDecoder().decode(bytes.subarray(0, written)) : written);
      return written;
    },
    fcntl(_fd, command) {
      calls.push(command === numbers.F_SETLKW ? "lock" : "unlock");
      return 0;
    },
    poll(fds) {
      calls.push(`poll ${new DataView(fds.buffer).getInt16(4, true) === POLLOUT}`);
      return 1;
    },
  });
  const before = (["stdout", "stderr"] as const).map(
    (name) => [name, Object.getOwnPropertyDescriptor(process, name) as PropertyDescriptor] as const,
  );
  const listeners = process.listeners("exit");
  const stream = {
    fd: 1,
    write: () => assert.fail(),
    destroy: ({ code }: { code: string }) => calls.push(`destroyed: ${code}`),
  };
  let print: Print = () => {};
  Object.defineProperty(process, "stdout", { value: stream, configurable: true });
  try {
    writeWholeLines({ ...runtime, adoptConsole: (given) => (print = given) }, 3);
    const out = process.stdout;
    const end = (): void => process.listeners("exit").at(-1)?.(0);
    await act(out, calls, end, print);
  } finally {
    for (const [name, descriptor] of before) Object.defineProperty(process, name, descriptor);
    for (const added of process.listeners("exit").filter((one) => !listeners.includes(one))) process.off("exit", added);
  }
  return calls;
}

describe("the output of a process", () => {
  it("is whole lines, each under the lock; an unfinished one waits for its rest, or for the end", async () => {
    const calls = await output([], (out, calls, end) => {
      assert.equal(out.write("a"), true);
      assert.deepEqual(calls, []);
      out.write(new TextEncoder().encode("b\nc\nd"));
      assert.deepEqual(calls, ["lock", "ab\nc\n", "unlock"]);
      end();
    });
    assert.deepEqual(calls.slice(3), ["lock", "d", "unlock"]);
  });

  it("may be in any encoding, and tells its callers once it is written", async () => {
    const calls = await output([], async (out) => {
      await new Promise<void>((resolve) => out.write("aGkK", "base64", () => resolve()));
      await new Promise<void>((resolve) => out.write("ho\n", () => resolve()));
    });
    assert.deepEqual(calls, ["lock", "hi\n", "unlock", "lock", "ho\n", "unlock"]);
  });

  it("goes on where a pipe has taken a part, is full, or a signal came", async () => {
    const calls = await output([2, "EAGAIN", "EINTR"], (out) => void out.write("abcd\n"));
    assert.deepEqual(calls, ["lock", "ab", "EAGAIN", "poll true", "EINTR", "cd\n", "unlock"]);
  });

  it("that cannot be written is its caller's error, and the stream's; the lock is given back", async () => {
    const calls = await output(["EPIPE"], async (out, calls) => {
      const failed = new Promise<void>((resolve) =>
        out.write("lost\n", (error) => {
          calls.push(`told: ${(error as NodeJS.ErrnoException | undefined)?.code}`);
          resolve();
        }),
      );
      await failed;
    });
    assert.deepEqual(calls, ["lock", "EPIPE", "unlock", "told: EPIPE", "destroyed: EPIPE"]);
  });

  it("is nobody's error where a console prints it", async () => {
    const calls = await output(["EPIPE"], async (out, _calls, _end, print) => {
      print("stdout", "lost\n");
      // Errors are told in the next tick.
      await setTimeout(0);
      out.write("next\n");
    });
    assert.deepEqual(calls, ["lock", "EPIPE", "unlock", "lock", "next\n", "unlock"]);
  });

  it("that nobody reads at the end is no error; any other error there is", async () => {
    await output(["EPIPE"], (out, _calls, end) => {
      out.write("unfinished");
      end();
    });
    await output(["ENOSPC"], (out, _calls, end) => {
      out.write("unfinished");
      assert.throws(end, { code: "ENOSPC" });
    });
  });
});
