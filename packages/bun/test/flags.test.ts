import { describe, expect, it } from "bun:test";
import { flagsToHandOn } from "../src/processes/flags.js";

describe("a process is started with its creator's flags of Bun's", () => {
  it("all that say how to run", () => {
    expect(flagsToHandOn(["--smol", "-r", "./a.ts", "--define=A=1"])).toEqual([
      "--smol",
      "-r",
      "./a.ts",
      "--define=A=1",
    ]);
  });

  it("without what was to be run, and what is meant for its creator alone", () => {
    expect(flagsToHandOn(["--smol", "-e", "code()"])).toEqual(["--smol"]);
    expect(flagsToHandOn(["--print", "1 + 1", "--smol"])).toEqual(["--smol"]);
    expect(flagsToHandOn(["--inspect=127.0.0.1:9229", "--hot", "--watch", "--smol"])).toEqual(["--smol"]);
    expect(flagsToHandOn(["--cwd=/elsewhere", "--cwd", "/elsewhere", "--smol"])).toEqual(["--smol"]);
  });
});
