import { describe, expect, it } from "bun:test";
import { flagsForChild } from "../src/processes/flags.js";

describe("a process is started with its creator's flags of Bun's", () => {
  it("all that say how to run", () => {
    expect(flagsForChild(["--smol", "-r", "./a.ts", "--define=A=1"])).toEqual([
      "--smol",
      "-r",
      "./a.ts",
      "--define=A=1",
    ]);
  });

  it("without what was to be run, and what is meant for its creator alone", () => {
    expect(flagsForChild(["--smol", "-e", "code()"])).toEqual(["--smol"]);
    expect(flagsForChild(["--print", "1 + 1", "--smol"])).toEqual(["--smol"]);
    expect(flagsForChild(["--inspect=127.0.0.1:9229", "--hot", "--watch", "--smol"])).toEqual(["--smol"]);
    expect(flagsForChild(["--cwd=/elsewhere", "--cwd", "/elsewhere", "--smol"])).toEqual(["--smol"]);
  });
});
