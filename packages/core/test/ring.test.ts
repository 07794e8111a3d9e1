import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "vitest";
import { CALL_RING_CAPACITY, Kind, LINK_END, RING_READ, RING_WRITTEN } from "../src/kernel/layout.js";
import { RingReader, RingWriter } from "../src/kernel/ring.js";
import { callsOf } from "../src/pool/wire/ring-layout.js";
import { openKernels } from "./kernels.js";

function openRing(start = 0) {
  const [kernel] = openKernels(1);
  const place = callsOf(kernel.cells.create(Kind.Link, LINK_END));
  kernel.region.i32[place.words + RING_READ] = start;
  kernel.region.i32[place.words + RING_WRITTEN] = start;
  const rings = { ofReader: 0, ofWriter: 0 };
  const onRoom: (() => void)[] = [];
  const writer = new RingWriter(kernel.region, place, () => rings.ofReader++);
  const reader = new RingReader(kernel.region, place, () => {
    rings.ofWriter++;
    onRoom.shift()?.();
  });
  return { writer, reader, rings, onRoom };
}

/** A frame's text, a JSON string, of about so many units: ASCII, or of two, three and four bytes. */
const textOf = (units: number, mark: number): string =>
  JSON.stringify(["a", "\u00e9", "\u20ac", "\u{1f680}"][mark % 4]?.repeat(units / (mark % 4 === 3 ? 2 : 1)));

const blobsOf = (lengths: readonly number[], mark: number): Uint8Array[] =>
  lengths.map((length) => new Uint8Array(length).fill(mark));

const edges = [0, 9, 10, 99, 100, 123_456_789, 2 ** 31 - 1, 2 ** 31, 1e12, -1, -3];
const numbersOf = fc.tuple(...[0, 1, 2].map(() => fc.oneof(fc.constantFrom(...edges), fc.nat()))) as fc.Arbitrary<
  [number, number, number]
>;

describe("a ring", () => {
  it("gives an entry as its text would be, wherever it lies in the ring", () => {
    const entries = fc.array(fc.record({ numbers: numbersOf, units: fc.nat({ max: 120 }) }), { maxLength: 60 });
    fc.assert(
      fc.property(entries, fc.integer({ min: -400, max: 40 }), (script, start) => {
        const { writer, reader } = openRing(start * 4);
        const received: unknown[] = [];
        const sent = script.map(({ numbers, units }, n) => {
          const text = textOf(units, n % 8 === 7 ? n : 0);
          writer.writeEntry(...numbers, text);
          return [...numbers, JSON.parse(text)];
        });
        writer.flush();
        for (let frames = reader.read(); frames !== undefined; frames = reader.read()) {
          received.push(...JSON.parse(frames.text));
        }
        assert.deepEqual(received, sent);
      }),
      { numRuns: 60 },
    );
  });

  it("gives what was in it, though another ring is read while its writer is told of the room", () => {
    const [one, other] = [openRing(), openRing()];
    one.writer.writeEntry(1, 2, 3, '"one"');
    other.writer.writeEntry(4, 5, 6, '"other"');
    for (const { writer } of [one, other]) writer.awaitRead(() => false);
    one.onRoom.push(() => assert.deepEqual(JSON.parse(other.reader.read()?.text ?? ""), [[4, 5, 6, "other"]]));
    assert.deepEqual(JSON.parse(one.reader.read()?.text ?? ""), [[1, 2, 3, "one"]]);
    assert.deepEqual([one.rings.ofWriter, one.onRoom.length], [1, 0]);
  });

  it("takes as many entries as fit, and the rest in order once there is room", () => {
    const { writer, reader } = openRing();
    const received: unknown[] = [];
    const count = CALL_RING_CAPACITY / 16;
    for (let n = 0; n < count; n++) writer.writeEntry(n, 0, 0, "[]");
    writer.flush();
    assert.ok(writer.hasBacklog);
    for (let frames = reader.read(); frames !== undefined; frames = reader.read()) {
      received.push(...(JSON.parse(frames.text) as [number][]).map(([n]) => n));
      writer.writeBacklog();
    }
    assert.deepEqual(
      received,
      Array.from({ length: count }, (_, n) => n),
    );
  });

  it("gives every frame once and in order, of any size, with either side faster", () => {
    const steps = fc.array(
      fc.oneof(
        fc.record({
          units: fc.oneof(fc.nat({ max: 200 }), fc.nat({ max: 4096 })),
          lengths: fc.array(fc.nat({ max: 1000 }), { maxLength: 3 }),
        }),
        fc.constant("read" as const),
      ),
      { maxLength: 80 },
    );
    fc.assert(
      fc.property(steps, fc.integer({ min: -40, max: 40 }), (script, start) => {
        const { writer, reader } = openRing(start * 4);
        const sent: { text: string; blobs: Uint8Array[] }[] = [];
        const received: unknown[] = [];
        const blobs: Uint8Array[] = [];
        const read = (): boolean => {
          const frames = reader.read();
          writer.writeBacklog();
          if (frames === undefined) return false;
          received.push(...JSON.parse(frames.text));
          blobs.push(...frames.blobs);
          return true;
        };
        for (const step of script) {
          if (step === "read") {
            read();
            continue;
          }
          const frame = { text: textOf(step.units, sent.length), blobs: blobsOf(step.lengths, sent.length) };
          writer.write(frame.text, frame.blobs);
          sent.push(frame);
        }
        writer.flush();
        while (read());
        assert.ok(!writer.hasBacklog);
        assert.deepEqual(
          received,
          sent.map(({ text }) => JSON.parse(text)),
        );
        assert.deepEqual(
          blobs,
          sent.flatMap((frame) => frame.blobs),
        );
      }),
      { numRuns: 60 },
    );
  });

  it("tells the reader of a frame only if it had read all before", () => {
    const { writer, reader, rings } = openRing();
    const write = (): void => {
      writer.write("1");
      writer.flush();
    };
    write();
    write();
    assert.equal(rings.ofReader, 1);
    reader.read();
    write();
    assert.equal(rings.ofReader, 2);
  });

  it("publishes what was written when it rings, and before that what is more than some entries", () => {
    const { writer, reader } = openRing();
    writer.write("1");
    writer.write("2");
    assert.equal(reader.read(), undefined);
    writer.flush();
    assert.equal(reader.read()?.text, "[1,2]");
    const text = textOf(4000, 0);
    writer.write(text);
    assert.equal(reader.read()?.text, `[${text}]`);
  });

  it("has the writer rung when there is room again, and only if it waits for it", () => {
    const { writer, reader, rings } = openRing();
    writer.write("1");
    reader.read();
    assert.equal(rings.ofWriter, 0);
    const text = textOf(4000, 0);
    for (let bytes = 0; bytes < CALL_RING_CAPACITY; bytes += text.length) writer.write(text);
    assert.ok(writer.hasBacklog);
    reader.read();
    assert.equal(rings.ofWriter, 1);
    writer.writeBacklog();
    assert.ok(!writer.hasBacklog);
  });
});
