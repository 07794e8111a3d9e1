import assert from "node:assert/strict";
import { it } from "vitest";
import { whenQuiet } from "../src/native-work.js";

it("a thread is ended once no native work is under way, or after so many looks", async () => {
  const word = new Int32Array(1);
  let ends = 0;
  const end = (): void => void ends++;
  whenQuiet(word, end);
  assert.equal(ends, 1);
  word[0] = 1;
  const ended = new Promise<void>((resolve) => whenQuiet(word, resolve));
  whenQuiet(word, end, 0);
  assert.equal(ends, 2);
  whenQuiet(word, end, 1);
  assert.equal(ends, 2);
  word[0] = 0;
  await ended;
});
