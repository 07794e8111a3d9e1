/** The flags on Bun's command line: a process needs them, too, to run as this one does. */

/** The program to run, which a process is told in its own way. */
const WHAT_TO_RUN = ["-", "-e", "--eval", "-p", "--print"];
/** A debugger or watcher of this process would want another port for the next one; and where it runs has been decided. */
const THIS_ONE_ONLY = ["--watch", "--hot", "--inspect", "--inspect-wait", "--inspect-brk", "--cwd"];

const NOT_FOR_CHILDREN = new Set([...WHAT_TO_RUN, ...THIS_ONE_ONLY]);
/** Those of them whose value may be the next argument. */
const TAKE_THE_NEXT = new Set(["-e", "--eval", "-p", "--print", "--cwd"]);

/** The flags among `given` that a process is started with. */
export function flagsForChild(given: readonly string[]): string[] {
  const flags: string[] = [];
  const rest = given.values();
  for (const flag of rest) {
    const [name = "", value] = flag.split("=", 2);
    if (!NOT_FOR_CHILDREN.has(name)) flags.push(flag);
    else if (value === undefined && TAKE_THE_NEXT.has(name)) rest.next();
  }
  return flags;
}
