/**
 * Loaded before a demo with `bun --preload`, which, unlike `node --import`, holds for the main thread alone. So every worker that is
 * started is told to load the recorder, too.
 */
import "./recorder.js";

const PlainWorker = Reflect.get(globalThis, "Worker") as new (url: string | URL, options?: object) => object;

class RecordedWorker extends PlainWorker {
  constructor(url: string | URL, options?: object) {
    super(url, Object.assign({}, options, { preload: import.meta.url }));
  }
}

Reflect.set(globalThis, "Worker", RecordedWorker);
