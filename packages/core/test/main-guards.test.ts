import { describe, expect, it } from "vitest";
import { MainGuards, siteOf } from "../src/backend/main-guards.js";

const url = "file:///dist/main.js";
const ambiguous = /^(Warning: )?isMain was asked in several places of one file, main:1 and main:2\./;

describe("isMain in one file", () => {
  /** The outcome of asking with the first, then with the second: throw, warn, or nothing. */
  function asking(first: object | string, second: object | string, isBundle = false): string | undefined {
    const guards = new MainGuards();
    let warned: string | undefined;
    const ask = (meta: object | string, site: string): void =>
      guards.ask(meta as { url: string }, url, site, isBundle, (text) => {
        warned = text;
      });
    ask(first, "main:1");
    ask(first, "main:1");
    expect(warned).toBeUndefined();
    ask(second, "main:2");
    return warned;
  }

  it("throws where a bundler wrote the URLs of two sources", () => {
    expect(() => asking({ url: "file:///src/a.js" }, { url: "file:///src/b.js" })).toThrow(ambiguous);
  });

  it("is asked twice by one source", () => {
    expect(asking({ url: "file:///src/a.js" }, { url: "file:///src/a.js" }, true)).toBeUndefined();
  });

  it("throws where a bundler made an object for each module", () => {
    const module = { filename: "/dist/main.js" };
    expect(() => asking({}, {})).toThrow(ambiguous);
    expect(asking(module, module, true)).toBeUndefined();
  });

  it("throws in a file that holds Heddle, and else warns, once", () => {
    expect(() => asking({ url }, { url }, true)).toThrow(ambiguous);
    expect(() => asking(url, { url }, true)).toThrow(ambiguous);
    expect(asking({ url }, { url })).toMatch(ambiguous);
  });

  it("says nothing of a module that was edited and evaluated again", async () => {
    const guards = new MainGuards();
    const ask = (site: string): void => guards.ask({ url }, url, site, false, expect.unreachable);
    ask("main:1");
    await new Promise((resolve) => setTimeout(resolve, 0));
    ask("main:2");
  });

  it("is told where it was asked", () => {
    const site = (): string | undefined => siteOf(site);
    expect(site()).toMatch(/main-guards\.test\.ts:\d+:\d+$/);
    expect(site()).not.toBe(site());
  });
});
