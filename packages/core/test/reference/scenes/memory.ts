import assert from "node:assert/strict";
import type { Queue } from "../../../src/contracts/queue.js";
import type { ScalarType, Value } from "../../../src/contracts/shared.js";
import { CELL_PAYLOAD, Kind, RING_READ, RING_WRITTEN } from "../../../src/kernel/layout.js";
import { RingReader, RingWriter } from "../../../src/kernel/ring.js";
import type { Operation } from "../paused.js";
import { Scene } from "../scene.js";
import { collect } from "../virtual.js";

/** Numbers that several workers count in. */
export class ValueScene extends Scene {
  readonly operations: Readonly<Record<string, Operation>>;
  readonly #value: Value<ScalarType>;
  readonly #counted: (number | bigint)[] = [];

  constructor(type: ScalarType) {
    super();
    const values = this.share<Value<ScalarType>>(new this.main.surface.Value(type) as Value<ScalarType>);
    const [value, first, second, third] = values;
    for (const { lock } of values) this.keep(lock);
    const one = typeof value.value === "bigint" ? 1n : 1;
    this.#value = value;
    const add = (by: Value<ScalarType>) => () => this.#counted.push(by.add(one));
    const exchange = (by: Value<ScalarType>) => () => {
      const now = by.value;
      // One more, of either type.
      const next = typeof now === "bigint" ? now + 1n : now + 1;
      if (by.compareExchange(now, next) === now) this.#counted.push(now);
    };
    this.operations = {
      add: this.by(0, add(value), true),
      "add by another": this.by(1, add(first), true),
      exchange: this.by(2, exchange(second), true),
      "exchange by another": this.by(3, exchange(third), true),
    };
  }

  async finish(): Promise<void> {
    const all = this.#counted.map(Number).sort((a, b) => a - b);
    assert.deepEqual(
      all,
      all.map((_, n) => n),
      "nobody counted what another counted",
    );
    assert.equal(Number(this.#value.value), all.length);
  }
}

/** Objects are made and dropped by several workers, side by side in memory. */
export class MemoryScene extends Scene {
  readonly operations: Readonly<Record<string, Operation>>;
  readonly #mine: object[][] = [[], [], [], []];
  readonly #queue: Queue<object>;

  constructor() {
    super();
    for (let n = 0; n < 8; n++) this.#make(n % 4);
    const shared = this.share(new this.main.surface.Event());
    this.#queue = this.keep(new this.main.surface.Queue<object>());
    const theirs = this.keep(this.backend.share(this.#queue, this.threads[3]));
    const drop = (number: number): void => {
      const object = this.#mine[number]?.shift();
      if (object !== undefined) collect(object);
    };
    this.operations = {
      make: this.by(0, () => this.#make(0)),
      drop: this.by(0, () => drop(0)),
      send: this.by(0, () => {
        const object = this.#mine[0]?.[0];
        if (object !== undefined) this.#queue.putNowait(object);
      }),
      "drop by another": this.by(1, () => drop(1)),
      "drop what is shared": this.by(1, () => collect(shared[1])),
      "drop what is shared, too": this.by(2, () => collect(shared[2])),
      "drop by a third": this.by(2, () => drop(2)),
      "make by another": this.by(3, () => this.#make(3)),
      receive: this.by(3, () => {
        if (!theirs.isEmpty) this.#mine[3]?.push(this.keep(theirs.getNowait()));
      }),
      "hold what is shared": this.by(3, () => {
        collect(shared[3]);
        this.keep(this.backend.share(shared[0], this.threads[3]));
      }),
    };
  }

  #make(number: number): void {
    const { surface } = this.threads[number] as Scene["main"];
    const object = number % 2 === 0 ? new surface.Event() : new surface.Barrier(number + 1);
    this.#mine[number]?.push(this.keep(object));
  }

  async finish(): Promise<void> {
    const addresses = this.#mine.flatMap((objects, number) =>
      objects.map((object) => this.threads[number]?.kernel.cells.handleOf(object)?.address),
    );
    const sent = new Set(this.#mine[3]);
    assert.ok(new Set(addresses).size >= addresses.length - sent.size);
    while (!this.#queue.isEmpty) this.keep(this.#queue.getNowait());
  }
}

const bytesOfNames = new Map<string, number>();

/** Several workers ask for objects by name, which nobody has made yet; and the table of names is full. */
export class NamesScene extends Scene {
  readonly operations: Readonly<Record<string, Operation>>;
  readonly #found = new Map<string, Set<number>>();

  constructor(names: number) {
    super();
    for (const { kernel } of this.threads) {
      const { cells } = kernel;
      const { register } = cells;
      // Also the object of who was not the first to ask, which nobody is given.
      cells.register = (proxy, cell) => register.call(cells, this.keep(proxy), cell);
    }
    for (let n = 0; n < names; n++) this.#ask(0, `of before ${n}`);
    this.operations = {
      ask: this.by(0, () => this.#ask(0, "x")),
      "ask for another": this.by(0, () => this.#ask(0, "y")),
      "ask, too": this.by(1, () => this.#ask(1, "x")),
      "ask as a third": this.by(2, () => this.#ask(2, "x")),
      "ask as a third for another": this.by(2, () => this.#ask(2, "y")),
      "make and drop": this.by(3, () => collect(new this.threads[3].surface.Event())),
      "look for one of before": this.by(3, () => this.#ask(3, "of before 0")),
    };
  }

  #ask(number: number, name: string): void {
    const { surface, kernel } = this.threads[number] as Scene["main"];
    const event = this.keep(surface.Event.named(name));
    const found = this.#found.get(name) ?? new Set();
    this.#found.set(name, found.add(kernel.cells.handleOf(event)?.address as number));
  }

  override check(): void {
    for (const [name, cells] of this.#found) assert.equal(cells.size, 1, `there is one ${name}`);
    assert.equal(new Set([...this.#found.values()].flatMap((cells) => [...cells])).size, this.#found.size);
  }

  async finish(): Promise<void> {
    for (const name of this.#found.keys()) this.#ask(1, name);
  }

  /** Names live as long as the program: as many bytes as for the same names the first time. */
  override get remains(): { bytes: number; objects: number } {
    const names = [...this.#found.keys()].sort().join();
    const bytes = bytesOfNames.get(names) ?? this.main.kernel.usage().bytes;
    bytesOfNames.set(names, bytes);
    return { bytes, objects: this.#found.size };
  }
}

const CAPACITY = 128;
/** Before the bytes. */
const RING_WORDS = 64;

/** A ring of frames, nearly full: one writes, one reads, and each looks only when it was told to. */
export class RingScene extends Scene {
  readonly operations: Readonly<Record<string, Operation>>;
  readonly #cell: number;
  readonly #sent: number[] = [];
  readonly #got: number[] = [];
  #readerIsRung = false;
  #writerIsRung = false;

  constructor(frames: number, start: number) {
    super();
    const { kernel } = this.main;
    this.#cell = kernel.cells.create(Kind.Bytes, RING_WORDS + CAPACITY);
    const words = this.#cell + CELL_PAYLOAD;
    const place = { words, bytes: words + RING_WORDS, capacity: CAPACITY };
    kernel.region.i32[place.words + RING_READ] = start;
    kernel.region.i32[place.words + RING_WRITTEN] = start;
    const writer = new RingWriter(kernel.region, place, () => (this.#readerIsRung = true));
    const reader = new RingReader(this.threads[1].kernel.region, place, () => (this.#writerIsRung = true));
    const write = (): void => {
      const serial = this.#sent.length + 1000;
      this.#sent.push(serial);
      writer.write(`${serial}`, [new Uint8Array(serial % 4).fill(serial)]);
      writer.flush();
    };
    const read = (): void => {
      this.#readerIsRung = false;
      for (let read = reader.read(); read !== undefined; read = reader.read()) {
        this.#got.push(...(JSON.parse(read.text) as number[]));
        for (const blob of read.blobs) assert.ok(blob.every((byte) => byte === blob[0]));
      }
    };
    const writeOn = (): void => {
      if (!this.#writerIsRung) return;
      this.#writerIsRung = false;
      writer.writeBacklog();
    };
    for (let n = 0; n < frames; n++) write();
    this.operations = {
      write: this.by(0, write),
      "write two": this.by(0, () => {
        write();
        write();
      }),
      "write on": this.by(0, writeOn),
      read: this.by(1, read),
      "read when told": this.by(1, () => this.#readerIsRung && read()),
    };
  }

  override get stores(): boolean {
    return true;
  }

  override check(): void {
    assert.deepEqual(this.#got, this.#sent.slice(0, this.#got.length), "frames come once and in order");
  }

  async finish(): Promise<void> {
    for (let turn = 0; turn < 20 && (this.#readerIsRung || this.#writerIsRung); turn++) {
      this.operations["read when told"]?.run();
      this.operations["write on"]?.run();
    }
    assert.deepEqual(this.#got, this.#sent, "a worker with something to do is told");
    this.main.kernel.cells.letGo(this.#cell);
  }
}
