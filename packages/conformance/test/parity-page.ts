import { readdirSync, readFileSync } from "node:fs";

const repository = new URL("../../../", import.meta.url);

/** The folders whose tests may carry a behaviour's number, and what stands for each before the names of its files. */
const folders = {
  "": "packages/conformance/src/contracts/",
  "core/": "packages/core/test/",
  "node-threads/": "packages/node-threads/test/",
  "heddle/": "packages/heddle/test/",
};

/** One of Python's behaviours, as docs/python-parity.md has it. */
export interface Row {
  readonly number: number;
  /** Where the page says that it is tested, such as `lock` or `node-threads/ending`; none where it says that nothing is. */
  readonly tests: readonly string[];
  /** The first words of the page: that it is tested, that it differs, or that it has no meaning. */
  readonly verdict: string;
}

/** The rows of the page's tables that begin with a number. */
export function readRows(): Row[] {
  const page = readFileSync(new URL("docs/python-parity.md", repository), "utf8");
  return Array.from(page.matchAll(/^\| (\d+) \| [^|]+ \| (.*) \|$/gm), ([, number, text = ""]) => {
    const [verdict = ""] = text.split(":", 1);
    const [list = ""] = /^tested: `[^`]+`(?:, `[^`]+`)*/.exec(text) ?? [];
    return { number: Number(number), verdict, tests: Array.from(list.matchAll(/`([^`]+)`/g), ([, name = ""]) => name) };
  });
}

/** Where tests are whose names have a number: `(parity 1, 10)`. Other files beside tests may list names, but test nothing. */
export function findTests(): Map<number, string[]> {
  const found = new Map<number, string[]>();
  for (const [prefix, folder] of Object.entries(folders)) {
    for (const file of readdirSync(new URL(folder, repository))) {
      if (!file.endsWith(prefix === "" ? ".ts" : ".test.ts")) continue;
      const source = readFileSync(new URL(folder + file, repository), "utf8");
      const where = prefix + file.replace(/(\.test)?\.ts$/, "");
      for (const number of numbersIn(source)) found.set(number, [...(found.get(number) ?? []), where]);
    }
  }
  return found;
}

const numbersIn = (source: string): Set<number> =>
  new Set(Array.from(source.matchAll(/\(parity ([\d, ]+)\)/g), ([, list = ""]) => list.split(", ").map(Number)).flat());
