export { asyncContext } from "./async-context.js";
export { nodeHost } from "./host.js";
export { keepAlive } from "./keep-alive.js";
