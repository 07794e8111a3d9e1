/** What was posted beside a link, in the order in which the link mentions it. */
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
}
