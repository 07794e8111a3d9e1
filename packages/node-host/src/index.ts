export { asyncContext } from "./async-context.js";
export { execArgvForWorkers, isGivenByText } from "./exec-argv.js";
export { collectGarbage } from "./garbage.js";
export { nodeHost } from "./host.js";
export { keepAlive } from "./keep-alive.js";
