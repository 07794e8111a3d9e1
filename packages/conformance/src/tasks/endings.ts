import { appendFileSync, createWriteStream } from "node:fs";
import type { Event, Queue, Surface } from "@heddle/core";

let opened = "nothing";

/** Has the name of its worker stand for what it opened. */
export async function open(adapter: string): Promise<void> {
  const { current }: Surface = await import(adapter);
  opened = current().name;
}

/** Tells what it closes, and where. */
export async function close(adapter: string, closed: Queue<string>): Promise<void> {
  const { current }: Surface = await import(adapter);
  await new Promise<void>((resolve) => setImmediate(resolve));
  closed.putNowait(`${opened} in ${current().name}`);
}

export const failToClose = (message: string): never => {
  throw new RangeError(message);
};

/** Leaves to the end of its worker a line to be written by an exit hook, and a stream of so many. */
export function leaveToTheEnd(hook: string, file: string, lines: number): void {
  process.on("exit", () => appendFileSync(hook, "exit\n"));
  const stream = createWriteStream(file);
  for (let n = 0; n < lines; n++) stream.write(`${"y".repeat(1000)}\n`);
}

/** Leaves to the end of its worker a hook that uses a queue which no other worker has. */
export async function useAtTheEnd(url: string, told: Queue<string>): Promise<void> {
  const { Queue: OwnQueue }: { Queue: new () => Queue<string> } = await import(url);
  const own = new OwnQueue();
  own.putNowait("kept");
  process.on("exit", () => {
    own.putNowait("added");
    told.putNowait(`${own.getNowait()}, ${own.getNowait()}`);
  });
}

/** Leaves to the end of its worker a hook that ends it at once. */
export function exitAtTheEnd(exitCode: number): void {
  process.on("exit", () => process.exit(exitCode));
}

/** Keeps its worker's event loop busy for ever, and leaves an exit hook. */
export function keepBusy(hook: string): void {
  process.on("exit", () => appendFileSync(hook, "exit\n"));
  setInterval(() => {}, 60_000);
}

/** Returns, and then does nothing that its worker's event loop would get its turn between. */
export function keepDeaf(): void {
  setTimeout(() => {
    for (;;) Math.sqrt(2);
  });
}

/** Returns, and leaves an error to come when `go` is set. */
/** Goes on until `end`, while an error of its own comes that it does not await. */
export async function leaveAndWait(go: Event, message: string, end: Event): Promise<void> {
  leaveError(go, message);
  await end.wait();
}

/** Leaves a timer that throws once `go` is set. */
export function leaveTimer(go: Event, message: string): string {
  void go.wait().then(() =>
    setTimeout(() => {
      throw new RangeError(message);
    }),
  );
  return "returned";
}

export function leaveError(go: Event, message: string): string {
  void go.wait().then(() => {
    throw new RangeError(message);
  });
  return "returned";
}
