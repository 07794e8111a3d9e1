export const now = () => performance.timeOrigin + performance.now();

/** From now on each step in this thread notes when it was taken. @param {SharedArrayBuffer} memory */
export function noteSteps(memory) {
  const steps = new Float64Array(memory);
  // The pool has more turns, in which it rings nobody.
  globalThis.noteStep = (step) => {
    if (steps[step] === 0) steps[step] = now();
  };
}

export const echo = (value) => value;
