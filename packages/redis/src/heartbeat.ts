import { current, type Event, type SharedArray, sleep } from "heddle";
import { Connection } from "./connection.js";
import { BEATS, DEADLINE, OVER, STATE } from "./lease.js";
import type { Server } from "./location.js";
import { sessionScripts } from "./scripts.js";
import { keyOf } from "./session.js";

const SHORTEST = 5;

/** Renews the lease of a session until it is lost. In a thread of its own, so that a busy program keeps its lease. */
export async function beat(
  server: Server,
  namespace: string,
  session: string,
  epoch: string,
  state: SharedArray<"f64">,
  hasBegun: Event,
): Promise<void> {
  const { view } = state;
  const isHeld = (): boolean => Date.now() <= (view[DEADLINE] as number);
  const { signal } = current();
  let connection: Connection | undefined;
  try {
    while (isHeld()) {
      const began = Date.now();
      let pause = server.lease / BEATS;
      try {
        connection ??= await Connection.open(server);
        const args = [session, "", "", "", String(server.lease), epoch];
        const [how, due] = (await connection.run(sessionScripts.beat, keyOf(namespace), args, isHeld)).map(String);
        if (how === "lost") return;
        view[DEADLINE] = began + server.lease;
        if (!hasBegun.isSet) hasBegun.set();
        if (due) pause = Math.min(pause, Math.max(SHORTEST, Number(due)));
      } catch {
        // It cannot be reached now. It is tried again, until the lease has passed.
        pause = SHORTEST;
      }
      await sleep(pause, { signal });
    }
  } finally {
    view[STATE] = OVER;
    connection?.close();
  }
}
