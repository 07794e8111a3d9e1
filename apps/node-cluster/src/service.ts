/**
 * An HTTP service. Workers answer on one port, count in one shared value, share a cache, keep within a limit together, and leave jobs to a
 * pool. One of them is killed in the middle, and the service goes on.
 */
import { isMain } from "@heddle/node-processes/cluster";
import { jobsDone } from "./http/jobs.js";
import { LIMIT } from "./http/limit.js";
import { Service } from "./http/service.js";
import { answered } from "./http/worker.js";

const REQUESTS = 1000;

if (isMain(import.meta)) {
  // Not at the top: the workers evaluate this module as well, and have no use for it.
  const { load } = await import("./http/load.js");
  const service = await Service.start();
  const { upstream, workers } = service;
  console.log(`${workers.length} workers answer on one port.`);

  const whole = await load(service.url, REQUESTS);
  console.log(`${whole.sent} requests: ${whole.answered} were answered, ${answered.value} counted.`);

  const [victim] = workers;
  const broken = await load(service.url, REQUESTS, () => process.kill(victim?.pid ?? 0, "SIGKILL"));
  const bystanders = broken.connections.filter((one) => !one.workers.has(victim?.name ?? ""));
  const unharmed = bystanders.every((one) => one.answered === one.sent);
  console.log(
    `${broken.sent} requests, and ${victim?.name} was killed in the middle: ${broken.answered} were answered.`,
  );
  console.log(`${unharmed ? "All" : "Not all"} requests to the others were answered.`);
  console.log(`${await service.nextListener()} has taken its place.`);

  const before = answered.value;
  const again = await load(service.url, REQUESTS);
  console.log(`${again.sent} requests: ${again.answered} were answered, ${answered.value - before} counted.`);

  await service[Symbol.asyncDispose]();
  console.log(`The upstream was asked by ${upstream.mostAtOnce} at once at most; the limit is ${LIMIT}.`);
  console.log(`${jobsDone() >= answered.value ? "Every" : "Not every"} answer's job was done.`);
}
