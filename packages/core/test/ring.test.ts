import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "vitest";
import {
  Kind,
  LINK_CALL_BYTES,
  LINK_CALLS,
  LINK_END,
  RING_CAPACITY,
  RING_READ,
  RING_WRITTEN,
} from "../src/kernel/layout.js";
import { RingReader, RingWriter } from "../src/kernel/ring.js";
import { openKernels } from "./kernels.js";

/** A frame of whole words, of which the first is its length and the others say which frame it is. */
function frameOf(words: number, mark: number): Uint8Array {
  const frame = new Uint32Array(words).fill(mark);
  frame[0] = words * 4;
  return new Uint8Array(frame.buffer);
}

function openRing(start = 0) {
  const [kernel] = openKernels(1);
  const cell = kernel.cells.create(Kind.Link, LINK_END);
  const place = { words: cell + LINK_CALLS, bytes: cell + LINK_CALL_BYTES };
  kernel.region.i32[place.words + RING_READ] = start;
  kernel.region.i32[place.words + RING_WRITTEN] = start;
  const rings = { ofReader: 0, ofWriter: 0 };
  const writer = new RingWriter(kernel.region, place, () => rings.ofReader++);
  const reader = new RingReader(kernel.region, place, () => rings.ofWriter++);
  return { writer, reader, rings };
}

describe("a ring", () => {
  it("gives every frame once and in order, whatever their sizes and whoever is faster", () => {
    const steps = fc.array(
      fc.oneof(
        fc.record({ write: fc.integer({ min: 1, max: RING_CAPACITY / 8 }) }),
        fc.record({ read: fc.integer({ min: 1, max: 5 }) }),
      ),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(steps, fc.integer({ min: -8, max: 8 }), (script, start) => {
        const { writer, reader } = openRing(start * 4);
        const sent: number[] = [];
        const received: number[] = [];
        const read = (): boolean => {
          writer.writeBacklog();
          const frame = reader.read();
          if (frame === undefined) return false;
          const words = new Uint32Array(frame.buffer);
          assert.ok(words.subarray(1).every((word) => word === words[1]));
          received.push(words.length);
          return true;
        };
        for (const step of script) {
          if ("write" in step) {
            writer.write(frameOf(step.write, sent.length));
            sent.push(step.write);
          } else {
            for (let n = 0; n < step.read; n++) read();
          }
        }
        while (received.length < sent.length || writer.hasBacklog) {
          const before = received.length;
          writer.writeBacklog();
          if (!read() && received.length === before && !writer.hasBacklog) break;
        }
        assert.deepEqual(received, sent);
      }),
      { numRuns: 60 },
    );
  });

  it("lets a frame larger than itself through in pieces", () => {
    const { writer, reader } = openRing();
    const words = RING_CAPACITY;
    writer.write(frameOf(words, 3));
    let frame: Uint8Array | undefined;
    for (let turns = 0; frame === undefined && turns < 10; turns++) {
      frame = reader.read();
      writer.writeBacklog();
    }
    assert.deepEqual(frame, frameOf(words, 3));
  });

  it("has the writer rung when there is room again, and only if it waits for it", () => {
    const { writer, reader, rings } = openRing();
    writer.write(frameOf(10, 1));
    reader.read();
    assert.equal(rings.ofWriter, 0);
    writer.write(frameOf(RING_CAPACITY, 2));
    assert.ok(writer.hasBacklog);
    reader.read();
    assert.equal(rings.ofWriter, 1);
  });
});
