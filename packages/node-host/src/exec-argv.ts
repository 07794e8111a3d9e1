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

/**
 * The command `ts-node` puts its own program among the options, and its own options after it. The program would look for the settings of a
 * worker's first module, which is ours. Of the options, Node knows the modules to require.
 */
const PROGRAM_OF_TS_NODE = /[\\/]ts-node[\\/]dist[\\/]bin[^\\/]*$/;

/** This process's options for Node, for a worker: without those that are about the text of a program that is no file. */
export function execArgvForWorkers(given: readonly string[] = process.execArgv): string[] {
  const last = given.findIndex((option) => PROGRAM_OF_TS_NODE.test(option));
  if (last >= 0) return [...execArgvForWorkers(given.slice(0, last)), ...requiredBy(given.slice(last + 1))];
  const kept: string[] = [];
  for (let n = 0; n < given.length; n++) {
    const option = given[n] as string;
    const [name = ""] = option.split("=", 1);
    const values = OF_THE_TEXT[name];
    if (values === undefined) kept.push(option);
    else if (name === option) n += values;
  }
  return kept;
}

/** The modules to require among the options of `ts-node`. */
function requiredBy(options: readonly string[]): string[] {
  return options.flatMap((option, n) => {
    if (option.startsWith("--require=")) return [option];
    const module = options[n + 1];
    return (option === "-r" || option === "--require") && module !== undefined ? [option, module] : [];
  });
}

/** Whether this program was given by its text. */
export const isGivenByText = (): boolean => execArgvForWorkers().length < process.execArgv.length;

const strings = (value: unknown): string | undefined =>
  Array.isArray(value) && value.every((one) => typeof one === "string") ? undefined : "an array of strings";

/** The options of workers and pools that are Node's. */
export const NODE_OPTIONS_OF_WORKERS = { execArgv: strings, argv: strings };

/** The part of a worker's options, as they were checked, that is for Node. */
export const optionsOf = ({ execArgv, argv }: NodeOptions): NodeOptions => ({
  ...(execArgv === undefined ? {} : { execArgv }),
  ...(argv === undefined ? {} : { argv }),
});

interface NodeOptions {
  execArgv?: readonly string[] | undefined;
  argv?: readonly string[] | undefined;
}
