/** Many requests on many connections, and what became of them. */
import autocannon from "autocannon";
import { ITEMS } from "./jobs.js";

const CONNECTIONS = 20;

export interface Connection {
  sent: number;
  answered: number;
  /** The worker that has answered on it; after a break it may be another one. */
  readonly workers: Set<string>;
}

export interface Load {
  readonly connections: readonly Connection[];
  readonly sent: number;
  readonly answered: number;
  /** Answers that tell of a failure. */
  readonly failures: number;
}

/** Sends `amount` requests; calls `halfWay` once half of them are answered. */
export async function load(url: string, amount: number, halfWay: () => void = () => {}): Promise<Load> {
  const connections: Connection[] = [];
  let answered = 0;
  const onAnswer = (): void => {
    if (++answered === amount / 2) halfWay();
  };
  const { non2xx } = await autocannon({
    url,
    amount,
    connections: CONNECTIONS,
    requests: Array.from({ length: ITEMS }, (_, i) => ({ path: `/${i + 1}` })),
    setupClient: (client) => connections.push(watch(client, onAnswer)),
    // How often it looks whether it is done.
    sampleInt: 100,
  });
  const sum = (what: "sent" | "answered"): number => connections.reduce((total, one) => total + one[what], 0);
  return { connections, sent: sum("sent"), answered: sum("answered"), failures: non2xx };
}

function watch(client: NodeJS.EventEmitter, onAnswer: () => void): Connection {
  const connection: Connection = { sent: 0, answered: 0, workers: new Set() };
  client.on("request", () => connection.sent++);
  client.on("headers", ({ headers }: { readonly headers: readonly string[] }) => {
    connection.workers.add(headers[headers.indexOf("worker") + 1] as string);
  });
  client.on("response", () => {
    connection.answered++;
    onAnswer();
  });
  return connection;
}
