// Tasks that machines run in the tests of pools.
import { setTimeout as sleepFor } from "node:timers/promises";
import { isMainThread } from "node:worker_threads";
import { current, registerClass, sleep, task } from "heddle";

export class Point {
  constructor(x) {
    this.x = x;
  }
}
registerClass(Point);

export class TooFar extends Error {
  constructor(message, far) {
    super(message);
    this.far = far;
  }
}
registerClass(TooFar);

export const square = (n) => n * n;
export const shift = (point, by) => new Point(point.x + by);
export const bytes = (n) => new Uint8Array(n).fill(7);
export const length = (value) => value.length;
export const kind = () => current().name;
export const pidOf = () => process.pid;
export const crash = () => process.exit(3);
export const unsendable = () => () => {};

export function fail(message) {
  throw new TooFar(message, 12);
}

export async function failAt(n, bad) {
  if (n === bad) throw new RangeError(`no ${n}`);
  return n;
}

export const failAtTwo = (n) => failAt(n, 2);

/** Known to machines alone. */
class OfMachines {}
if (!isMainThread) registerClass(OfMachines);

/** What becomes of 2: a result that cannot be sent, one that cannot be packed, or one that cannot be made by its caller. */
const SPOILT = {
  sent: () => () => {},
  packed: () => ({
    get broken() {
      throw new RangeError("no");
    },
  }),
  made: () => new OfMachines(),
};
const spoilt = (n, how) => (n === 2 ? SPOILT[how]() : n);
export const unsentAtTwo = (n) => spoilt(n, "sent");
export const unpackedAtTwo = (n) => spoilt(n, "packed");
export const unmadeAtTwo = (n) => spoilt(n, "made");

export function failWithPart() {
  throw Object.assign(new TooFar("in part", 3), { part: new OfMachines() });
}

export function throwUnsendable() {
  throw () => {};
}

/** It has no export of that name. */
task(import.meta, (n) => n + 1, { name: "hidden" });

/** Waits until it is asked to stop. */
export async function waitForStop() {
  await sleep(600_000, { signal: current().signal });
}

export async function nap(milliseconds) {
  await sleepFor(milliseconds);
  return process.pid;
}

/** Holds its worker's event loop. */
export function compute(milliseconds) {
  const until = Date.now() + milliseconds;
  while (Date.now() < until);
  return "computed";
}
