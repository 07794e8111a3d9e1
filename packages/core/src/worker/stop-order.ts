/** Whether a pool's worker was told to stop, which it may be before it serves. */
export class StopOrder {
  #isGiven = false;
  onGiven: () => void = () => {};

  get isGiven(): boolean {
    return this.#isGiven;
  }

  give(): void {
    this.#isGiven = true;
    this.onGiven();
  }
}
