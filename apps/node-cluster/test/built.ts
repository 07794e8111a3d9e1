/** The service as it is built: workers can load nothing else. */
const built = (name: string): Promise<unknown> => import(new URL(`../dist/http/${name}.js`, import.meta.url).href);

export const cache = (await built("cache")) as typeof import("../src/http/cache.js");
export const limit = (await built("limit")) as typeof import("../src/http/limit.js");
export const jobs = (await built("jobs")) as typeof import("../src/http/jobs.js");
export const workers = (await built("worker")) as typeof import("../src/http/worker.js");
export const services = (await built("service")) as typeof import("../src/http/service.js");
export const loads = (await built("load")) as typeof import("../src/http/load.js");
