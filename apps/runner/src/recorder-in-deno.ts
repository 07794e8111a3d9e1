/**
 * Loaded before a demo with `deno --preload`, which, unlike `node --import`, holds for the main thread alone. So every worker begins with a
 * module that loads the recorder, and then its own.
 */
import "./recorder.js";

const recorded = (url: unknown): string => {
  const modules = [new URL("./recorder.js", import.meta.url).href, String(url)];
  const source = modules.map((module) => `import ${JSON.stringify(module)};`).join("");
  return `data:text/javascript,${encodeURIComponent(source)}`;
};

const PlainWorker = Reflect.get(globalThis, "Worker") as new (url: unknown, options?: object) => object;
const RecordedWorker = new Proxy(PlainWorker, {
  construct: (plain, [url, options]) => new plain(recorded(url), options),
});
Reflect.set(globalThis, "Worker", RecordedWorker);
