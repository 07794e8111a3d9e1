import { HeddleError } from "../contracts/error.js";
import { beginAt, callersFrames, callSite, type Site, stackText } from "../contracts/frames.js";
import { clock } from "./clock.js";
import type { Settle, Settlers, Sites } from "./settlers.js";

/**
 * How many calls at once get a stack of their own, and how many more in each millisecond. Taking one costs as much as a small task. For
 * those beyond, `rejectAt` asks who awaits them.
 */
const AT_ONCE = 64;
const A_MS = 4;

let left = AT_ONCE;
let leftAt = 0;
/** Not kept alive: a stack keeps what the functions on it refer to. */
let last: WeakRef<Error> | undefined;

/** The site of a call whose own stack was not taken. */
class Near implements Site {
  /** Of the last call before it whose stack was. */
  readonly #before = last?.deref();

  get stack(): string {
    return ["    at --- shortly after this call: ---", ...callersFrames(stackText(this.#before))].join("\n");
  }
}

/** Where the program makes a call now, for what may go wrong with it later. */
export function siteOfCall(now = clock.now()): Site {
  left = Math.min(AT_ONCE, left + (now - leftAt) * A_MS);
  leftAt = now;
  if (left < 1) return new Near();
  left--;
  const site = callSite();
  last = new WeakRef(site);
  return site;
}

/**
 * Rejects a promise with what `make` makes of its call's site. Where the call's own stack was not taken, that is where the program awaits
 * the promise. `resolve` and `reject` are the promise's own: by them V8 finds the awaiting function from a promise that it follows
 * (https://v8.dev/blog/fast-async#improved-developer-experience). Where no async function does, or on another engine, it is a call shortly
 * before.
 */
export function rejectAt(
  site: Site | undefined,
  resolve: Settle,
  reject: Settle,
  make: (site: Site | undefined) => unknown,
): void {
  if (!(site instanceof Near)) {
    reject(make(site));
    return;
  }
  const followed = Promise.resolve().then(() => {
    const awaited = callSite();
    throw make(hasCaller(awaited) ? awaited : site);
  });
  followed.then(resolve, reject);
}

/** An error of Heddle's that an async function is about to throw, later than its call. */
export const madeLater = <E extends Error>(error: E, site: Site | undefined): E =>
  // The caller that awaits the async function is on its stack.
  site instanceof Near && hasCaller(error) ? error : beginAt(error, site);

const hasCaller = (awaited: Error): boolean => callersFrames(stackText(awaited)).length > 0;

/** Settlers that know their call. */
class SitedSettlers implements Settlers {
  readonly #resolve: Settle;
  readonly #reject: Settle;
  readonly #check: Settle | undefined;
  #site: Site | undefined;

  constructor(resolve: Settle, reject: Settle, check: Settle | undefined) {
    this.#resolve = resolve;
    this.#reject = reject;
    this.#check = check;
  }

  resolve(value: unknown): void {
    this.#check?.(value);
    this.#resolve(value);
  }

  keepSite(): void {
    this.#site ??= siteOfCall();
  }

  reject(error: unknown): void {
    if (error instanceof HeddleError) rejectAt(this.#site, this.#resolve, this.#reject, (at) => beginAt(error, at));
    else this.#reject(error);
  }
}

/** The part of a kernel that sends, and so has errors that come later than their calls. */
export const sites: Sites = {
  ofCall: () => siteOfCall(),
  madeLater,
  settlers: (resolve, reject, check) => new SitedSettlers(resolve, reject, check),
};
