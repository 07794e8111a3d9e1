import assert from "node:assert/strict";
import { it } from "vitest";
import { packThrown, unpack } from "../src/kernel/message/index.js";
import { BundlingHost } from "./host.js";
import { ThrownValues } from "./thrown-values.js";
import { Dice, difference, services } from "./values.js";

/** As in codec.test.ts. */
const SEED = Number(process.env.HEDDLE_SEED ?? 1);
const COUNT = Number(process.env.HEDDLE_VALUES ?? 150);

it(
  `${COUNT} errors of all kinds, in one another and with what cannot be sent, arrive as the docs say`,
  () => {
    const all = services();
    for (let seed = SEED; seed < SEED + COUNT; seed++) {
      const { given, arrives } = new ThrownValues(new Dice(seed), all).next();
      const host = new BundlingHost();
      const { text, blobs, references } = packThrown(host, given);
      const arrived = unpack(host, { body: JSON.parse(text), blobs, references });
      assert.equal(difference(arrives, arrived), undefined, `seed ${seed}`);
    }
  },
  60_000 + COUNT * 5,
);
