/** Options that give Node a program by its text, and how that is to be read. Those marked with 1 have a value of their own. */
const OF_THE_TEXT: Readonly<Record<string, 0 | 1>> = {
  "-e": 1,
  "--eval": 1,
  "-p": 1,
  "-pe": 1,
  "--print": 1,
  "-c": 0,
  "--check": 0,
  "-i": 0,
  "--interactive": 0,
  "--input-type": 1,
};

/** The command `ts-node` puts its own program among the options: it would look for the settings of a worker's first module, which is ours. */
const PROGRAM_OF_TS_NODE = /[\\/]ts-node[\\/]dist[\\/]bin[^\\/]*$/;

/** This process's options for Node, for a worker: without those that are about the text of a program that is no file. */
export function execArgvForWorkers(given: readonly string[] = process.execArgv): string[] {
  const kept: string[] = [];
  for (let n = 0; n < given.length; n++) {
    const option = given[n] as string;
    if (PROGRAM_OF_TS_NODE.test(option)) continue;
    const [name = ""] = option.split("=", 1);
    const values = OF_THE_TEXT[name];
    if (values === undefined) kept.push(option);
    else if (name === option) n += values;
  }
  return kept;
}

/** Whether this program was given by its text. */
export const isGivenByText = (): boolean => execArgvForWorkers().length < process.execArgv.length;

/** The options of workers and pools that are Node's. */
export const NODE_OPTIONS_OF_WORKERS = ["execArgv", "argv"] as const;

/** The part of a worker's options, as they were given, that is for Node. Throws TypeError for what is no list of strings. */
export function optionsOf(given: object): { execArgv?: readonly string[]; argv?: readonly string[] } {
  const options: { execArgv?: readonly string[]; argv?: readonly string[] } = {};
  for (const name of NODE_OPTIONS_OF_WORKERS) {
    const value: unknown = Reflect.get(given, name);
    if (value === undefined) continue;
    if (!Array.isArray(value) || value.some((one) => typeof one !== "string")) {
      throw new TypeError(`${name} is an array of strings`);
    }
    options[name] = value;
  }
  return options;
}
