// @ts-check
/** A library with a copy of Heddle of its own. */
/** @type {typeof import("heddle")} */
const heddle = await import(process.env.HEDDLE_LOOM ?? "");

export { heddle };

export class Money {
  /** @param {number} cents */
  constructor(cents) {
    this.cents = cents;
  }
}

export class MoneyError extends RangeError {
  /** @param {string} message @param {number} by */
  constructor(message, by) {
    super(message);
    this.by = by;
  }
}

heddle.registerClass(Money);
heddle.registerClass(MoneyError);

export const giveBack = heddle.task(import.meta, function giveBack(/** @type {unknown} */ value) {
  return value;
});
