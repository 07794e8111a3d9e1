import type { Handle } from "../src/kernel/cells.js";
import { type CodecHost, pack, unpack } from "../src/kernel/message/index.js";
import type { Referenced } from "../src/kernel/reference-sets.js";

/** Stands for a Heddle object in the codec's tests. */
export class Thing {
  readonly address: number;

  constructor(address: number) {
    this.address = address;
  }
}

/** A host that keeps the reference sets that it ties. */
export class BundlingHost implements CodecHost {
  readonly referenceSets: (readonly Thing[])[] = [];

  thing(address: number): Thing {
    return new Thing(address);
  }

  isShared(object: object): boolean {
    return object instanceof Thing;
  }

  makeReferenceSet(objects: readonly object[]): Handle {
    return { kind: 1, address: this.referenceSets.push(objects as readonly Thing[]) - 1, generation: 1 };
  }

  openReferenceSet({ address }: Handle): Referenced[] {
    return (this.referenceSets[address] ?? []).map((thing) => ({ object: thing, address: thing.address }));
  }

  sharedOf(): undefined {
    return undefined;
  }

  isRegion(): boolean {
    return false;
  }

  viewOf(): never {
    throw new Error("there is no region here");
  }

  nameOfTask(fn: object): { module: string; name: string } | undefined {
    return "ref" in fn ? (fn.ref as { module: string; name: string }) : undefined;
  }

  taskOfName(ref: { module: string; name: string }): unknown {
    return Object.assign(() => ref.name, { ref });
  }
}

/** The form in which `value` arrives by a way that carries bytes alone. */
export function roundTrip(value: unknown, host: CodecHost = new BundlingHost()): unknown {
  const { text, blobs, references } = pack(host, value, { root: "value", hasNoTransfers: true });
  return unpack(host, { body: JSON.parse(text), blobs, references });
}
