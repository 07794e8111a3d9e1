/** In the environment of a new process: by which adapter it was started, and what it is born with. */
const BORN = "HEDDLE_PROCESS";

/** The environment of a process that is to be born so. */
export const withBirth = (adapter: string, birth: string, env: Record<string, string | undefined> = process.env) => ({
  ...env,
  [BORN]: `${adapter} ${birth}`,
});

/** What this process was born with, if that adapter started it. */
export function takeBirth(adapter: string): string | undefined {
  const born = process.env[BORN];
  if (!born?.startsWith(`${adapter} `)) return undefined;
  // Processes that the program starts from here by its own means are none of Heddle's.
  delete process.env[BORN];
  return born.slice(adapter.length + 1);
}
