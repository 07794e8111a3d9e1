// Holds one of each at the server, says so, and goes on until it is killed. On a line of input it says what has become of it.
import { createInterface } from "node:readline";
import { connect } from "../../dist/index.js";

const [url = "", lease] = process.argv.slice(2);
const cluster = await connect({ url, lease: Number(lease) });
const lock = await cluster.Lock.named("lock").hold();
const writer = await cluster.RWLock.named("writer").holdWrite();
await cluster.RWLock.named("reader").holdRead();
await cluster.Semaphore.named("semaphore", 1).acquire();
const delivery = await cluster.Queue.named("jobs").receive();
const barrier = cluster.Barrier.named("barrier", 3);
const ends = [cluster.Lock.named("other").acquire(), cluster.Queue.named("empty").get(), barrier.wait()].map((wait) =>
  wait.then(
    () => "ended",
    (error) => error.code,
  ),
);
// The waits are parked, in the order in which they began.
while ((await barrier.waiting) === 0);
console.log("held", lock.token);

for await (const line of createInterface({ input: process.stdin })) {
  if (line === "compute") {
    const until = Date.now() + 4 * Number(lease);
    while (Date.now() < until);
    console.log("computed", lock.signal.aborted, await writer.release());
  } else {
    const told = { aborted: lock.signal.aborted, reason: lock.signal.reason?.code, acked: await delivery.ack() };
    console.log(JSON.stringify({ ...told, released: await lock.release(), ends: await Promise.all(ends) }));
    await cluster.close();
    process.exit();
  }
}
