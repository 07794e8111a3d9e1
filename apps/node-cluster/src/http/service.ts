/** A service of several processes on one port, which goes on when one of them is killed. */
import { Event, Pool, Process, Queue, Value, WorkerCrashedError } from "@heddle/node-processes/cluster";
import { clearIfHalfWritten } from "./cache.js";
import { drain, jobs } from "./jobs.js";
import { restorePermits } from "./limit.js";
import { Upstream } from "./upstream.js";
import { type Orders, serve } from "./worker.js";

const WORKERS = 4;
const DRAINERS = 2;

export class Service implements AsyncDisposable {
  readonly upstream: Upstream;
  /** One for each seat; another one, should it be killed. */
  readonly workers: Process[] = [];
  readonly #orders: Orders;
  readonly #seats: readonly Promise<void>[];
  readonly #pool = new Pool({ size: DRAINERS });
  readonly #drained: Promise<unknown>;

  /** A service whose workers are about to listen. */
  private constructor(upstream: Upstream) {
    this.upstream = upstream;
    this.#orders = { port: new Value("u32"), upstream: upstream.url, listening: new Queue(), stop: new Event() };
    this.#drained = Promise.all(Array.from({ length: DRAINERS }, () => this.#pool.run(drain)));
    this.#seats = Array.from({ length: WORKERS }, (_, seat) => this.#occupy(seat));
  }

  static async start(): Promise<Service> {
    const service = new Service(await Upstream.start());
    for (const _ of service.workers) await service.nextListener();
    return service;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#orders.port.value}`;
  }

  /** The name of the next worker that begins to listen. */
  nextListener(): Promise<string> {
    return this.#orders.listening.get();
  }

  /** Answers what was asked, does what is left to do, and ends. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#orders.stop.set();
    await Promise.all(this.#seats);
    jobs.shutdown();
    await this.#drained;
    await this.#pool.close();
    this.upstream[Symbol.dispose]();
  }

  /** Keeps somebody in a seat until the service ends. */
  async #occupy(seat: number): Promise<void> {
    while (!this.#orders.stop.isSet) {
      const worker = new Process(serve, { args: [this.#orders] }).start();
      this.workers[seat] = worker;
      try {
        await worker.result;
        await worker.join();
      } catch (error) {
        if (!(error instanceof WorkerCrashedError)) throw error;
        clearIfHalfWritten();
        await restorePermits();
      }
    }
  }
}
