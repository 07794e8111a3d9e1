import { expect, it } from "vitest";
import { Call } from "../src/pool/call.js";
import { Affinity } from "../src/pool/host/affinity.js";
import type { Link } from "../src/pool/host/link.js";

const packet = { text: "[]", blobs: undefined, references: undefined, transferables: undefined };

function call(key: string | number, ordinal = 0): Call {
  const limits = { priority: 0, timeout: undefined, grace: 0, key };
  const nobody = (): void => {};
  const made = new Call({ module: "m", name: "n" }, 0, packet, undefined, nobody, nobody, limits);
  made.queuedAs(ordinal);
  return made;
}

/** A worker that has room for so many calls. */
const worker = (room = 0) => ({
  name: "w",
  hasStarted: () => false,
  endReason: undefined,
  child: { isAlive: true },
  room: () => room,
});
const linkOf = (fake: object): Link => fake as Link;

it("a key stays with its worker, until that ends; then its calls are given back", () => {
  const affinity = new Affinity();
  const [one, other] = [linkOf(worker()), linkOf(worker())];
  affinity.bind(call("a"), one);
  expect([affinity.workerOf(call("a")), affinity.workerOf(call("b"))]).toEqual([one, undefined]);
  const waiting = [call("a", 2), call("a", 3)];
  for (const each of waiting) affinity.hold(each, one);
  expect([affinity.size, affinity.takeNext(), affinity.leave(other)]).toEqual([2, undefined, []]);
  expect(affinity.leave(one)).toEqual(waiting);
  expect([affinity.size, affinity.workerOf(call("a"))]).toEqual([0, undefined]);
});

it("a worker that was ended, or has died, is nobody's, before its end is told", () => {
  for (const gone of [{ endReason: "was idle" }, { child: { isAlive: false } }]) {
    const affinity = new Affinity();
    const fake = worker(5);
    affinity.hold(call("a"), linkOf(fake));
    Object.assign(fake, gone);
    expect([affinity.workerOf(call("a")), affinity.takeNext(), affinity.takeLost().length]).toEqual([
      undefined,
      undefined,
      1,
    ]);
  }
});

it("calls that wait come in their order, and one that is taken out does not", () => {
  const affinity = new Affinity();
  const link = linkOf(worker(1));
  const [first, second, third] = [call("a", 1), call("a", 2), call("a", 3)];
  for (const each of [first, second, third]) affinity.hold(each, link);
  expect([affinity.remove(second), affinity.remove(second)]).toEqual([true, false]);
  second.cancel("enough");
  expect(affinity.takeNext()?.call).toBe(first);
  expect(affinity.takeNext()?.call).toBe(third);
  expect([affinity.takeNext(), affinity.size]).toEqual([undefined, 0]);
});

it("a key that was not used for long is forgotten beyond ten thousand, unless a call of it waits or runs", () => {
  const affinity = new Affinity();
  const link = linkOf(worker(1));
  const runs = call("runs");
  affinity.bind(runs, link);
  for (let key = 0; key <= 10_000; key++) {
    const made = call(key);
    affinity.bind(made, link);
    made.fulfil(undefined);
  }
  expect([0, 1, 2, "runs"].map((key) => affinity.workerOf(call(key)))).toEqual([undefined, undefined, link, link]);
});
