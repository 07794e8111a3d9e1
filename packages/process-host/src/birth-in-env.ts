/** In the environment of a new process: by which adapter it was started, and what it is born with. */
const BORN = "HEDDLE_PROCESS";

/** The environment of a process that is to be born so. */
export const withBirth = (adapter: string, birth: string, env: Record<string, string | undefined> = process.env) => ({
  ...env,
  [BORN]: `${adapter} ${birth}`,
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

/** What this process was born with, if that adapter started it. */
export function takeBirth(adapter: string, environment = ofProcess): string | undefined {
  const born = environment.get(BORN);
  if (!born?.startsWith(`${adapter} `)) return undefined;
  // Processes that the program starts from here by its own means are none of Heddle's.
  environment.delete(BORN);
  return born.slice(adapter.length + 1);
}
