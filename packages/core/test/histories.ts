import fc from "fast-check";

/** Histories of four workers: each step is an act of one of them, some time after the last. An act that is named twice comes twice as often. */
export const historiesOf = <A extends string>(...acts: A[]) =>
  fc.array(fc.record({ act: fc.constantFrom(...acts), who: fc.nat(3), ms: fc.constantFrom(0, 0, 0.1, 0.6) }), {
    minLength: 10,
    maxLength: 60,
  });
