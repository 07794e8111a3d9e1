/** What a worker was sent by post, beside its arguments or beside a link, in the order in which these mention it. */
export class Parcels {
  readonly #arrived: (readonly unknown[])[] = [];
  onArrival: () => void = () => {};

  add(parcel: readonly unknown[]): void {
    this.#arrived.push(parcel);
    this.onArrival();
  }

  get hasArrived(): boolean {
    return this.#arrived.length > 0;
  }

  take(): readonly unknown[] | undefined {
    return this.#arrived.shift();
  }

  /** As {@link take}, once one has arrived. */
  async next(): Promise<readonly unknown[] | undefined> {
    if (!this.hasArrived) await new Promise<void>((resolve) => (this.onArrival = resolve));
    return this.take();
  }
}
