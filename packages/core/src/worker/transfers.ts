/** Transferables that were posted beside a worker's arguments or beside a link, in the order in which these mention them. */
export class Transfers {
  readonly #arrived: (readonly unknown[])[] = [];
  onArrival: () => void = () => {};

  add(transferables: readonly unknown[]): void {
    this.#arrived.push(transferables);
    this.onArrival();
  }

  get hasArrived(): boolean {
    return this.#arrived.length > 0;
  }

  shift(): readonly unknown[] | undefined {
    return this.#arrived.shift();
  }

  /** As {@link shift}, once one has arrived. */
  async next(): Promise<readonly unknown[] | undefined> {
    if (!this.hasArrived) await new Promise<void>((resolve) => (this.onArrival = resolve));
    return this.shift();
  }
}
