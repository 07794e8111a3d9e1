/** The environment variable by which a new process gets its adapter's name and its startup info. */
const VARIABLE = "HEDDLE_PROCESS";

/** The environment of a process that is to get that startup info. */
export const withStartupInfo = (
  adapter: string,
  startup: string,
  env: Record<string, string | undefined> = process.env,
) => ({
  ...env,
  [VARIABLE]: `${adapter} ${startup}`,
});

/** Where environment variables are; `Deno.env` is one, too. */
export interface Environment {
  get(name: string): string | undefined;
  delete(name: string): void;
}

const ofProcess: Environment = {
  get: (name) => process.env[name],
  delete(name) {
    delete process.env[name];
  },
};

/** The startup info of this process, if that adapter started it. Returned once. */
export function takeStartupInfo(adapter: string, environment = ofProcess): string | undefined {
  const startupInfo = environment.get(VARIABLE);
  if (!startupInfo?.startsWith(`${adapter} `)) return undefined;
  // Processes that the program starts from here by its own means are none of Heddle's.
  environment.delete(VARIABLE);
  return startupInfo.slice(adapter.length + 1);
}
