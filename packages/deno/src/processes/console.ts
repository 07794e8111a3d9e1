import type { Print } from "@heddle/process-host";

/** Deno's own class of consoles, which takes where to print to. It is to be had only among what Deno keeps for itself. */
interface ConsoleConstructor {
  new (print: (text: string, level: number) => void): Console;
}

/** The levels above this one print to stderr. */
const INFO = 1;

/**
 * Has `console` print through `process.stdout` and `process.stderr`, which Deno's does not. Without that class, `console` stays as it was.
 * Each of its lines is then written at once, and whole unless it is longer than a pipe takes.
 */
export function adoptConsole(printTo: Print): void {
  const { internal } = Deno as unknown as { internal: symbol };
  const { Console } = ((Deno as unknown as Record<symbol, unknown>)[internal] ?? {}) as {
    Console?: ConsoleConstructor;
  };
  if (Console === undefined) return;
  const printing = new Console((text, level) => {
    printTo(level > INFO ? "stderr" : "stdout", text);
  });
  Object.assign(console, printing);
}
