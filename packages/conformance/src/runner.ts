/** Just enough of a test framework to run the suite where there is none. */

const DEFAULT_LIMIT_MS = 30_000;

interface Test {
  readonly name: string;
  readonly body: () => Promise<void>;
  readonly limit: number;
}

export interface Outcome {
  readonly name: string;
  /** The error that the test failed with; undefined if it passed. */
  readonly failure: { readonly error: unknown } | undefined;
}

/** Collects tests by its `describe` and `it`, then runs them one after the other. */
export class Runner {
  readonly #path: string[] = [];
  readonly #tests: Test[] = [];
  #failCurrent: ((error: unknown) => void) | undefined;

  readonly describe = (name: string, body: () => void): void => {
    this.#path.push(name);
    body();
    this.#path.pop();
  };

  readonly it = (name: string, body: () => Promise<void>, limit = DEFAULT_LIMIT_MS): void => {
    this.#tests.push({ name: [...this.#path, name].join(" > "), body, limit });
  };

  /** Runs what was collected, in order. Takes the tests with it: the next ones may be collected meanwhile. */
  async *run(): AsyncGenerator<Outcome> {
    for (const { name, body, limit } of this.#tests.splice(0)) {
      try {
        await this.#within(limit, body);
        yield { name, failure: undefined };
      } catch (error) {
        yield { name, failure: { error } };
      }
    }
  }

  /** An error that nobody caught fails the test that runs; false if none does. */
  failCurrent(error: unknown): boolean {
    this.#failCurrent?.(error);
    return this.#failCurrent !== undefined;
  }

  /** The timer also keeps the program alive while a test waits for what will never come. */
  async #within(limit: number, body: () => Promise<void>): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const trouble = new Promise<never>((_, reject) => {
      this.#failCurrent = reject;
      timer = setTimeout(() => reject(new Error(`The test did not end within ${limit} ms`)), limit);
    });
    try {
      await Promise.race([body(), trouble]);
    } finally {
      clearTimeout(timer);
      this.#failCurrent = undefined;
    }
  }
}
