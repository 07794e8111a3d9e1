export { condition } from "./condition.js";
export { event } from "./event.js";
export { lock } from "./lock.js";
export { queue } from "./queue.js";
export { semaphore } from "./semaphore.js";
