export { asyncContext, nodeAsyncContext } from "./async-context.js";
export { clearTimeout, nextTick, setImmediate, setTimeout } from "./clock.js";
export { execArgvForWorkers, isGivenByText, NODE_OPTIONS_OF_WORKERS, optionsOf } from "./exec-argv.js";
export { collectGarbage } from "./garbage.js";
export { nodeHost } from "./host.js";
export { keepAlive } from "./keep-alive.js";
export { type Loader, load, loadersForWorkers } from "./loaders.js";
export { runningModule, thisModule } from "./running-module.js";
export { onUncaught } from "./uncaught.js";
