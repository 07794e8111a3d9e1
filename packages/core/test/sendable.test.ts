import assert from "node:assert/strict";
import { createECDH } from "node:crypto";
import { EventEmitter } from "node:events";
import { PassThrough } from "node:stream";
import { describe, it } from "vitest";
import { sendModeOf } from "../src/kernel/message/sendable.js";

const isRefused = (value: object): boolean => "unsendable" in sendModeOf(value);

describe("an object of the runtime's whose state is elsewhere", () => {
  it("is refused if it is an emitter, with listeners or without", () => {
    class Feed extends EventEmitter {
      topic = "news";
    }
    const heard = new Feed().on("item", () => {});
    assert.deepEqual([new EventEmitter(), new Feed(), heard, new PassThrough()].map(isRefused), Array(4).fill(true));
    assert.equal(isRefused({ topic: "news", on: 1 }), false);
  });

  it("is refused if it stands for a handle, also with a property that a program has added", () => {
    const exchange = createECDH("prime256v1");
    assert.equal(isRefused(exchange), true);
    assert.equal(isRefused(Object.assign(exchange, { peer: "Ada" })), true);
  });
});
