import type { Handle } from "../src/kernel/cells.js";
import { type Host, pack, unpack } from "../src/kernel/message/index.js";

/** Stands for a Heddle object in the codec's tests. */
export class Thing {
  readonly address: number;

  constructor(address: number) {
    this.address = address;
  }
}

/** A host that counts what it has retained and not got back. */
export class CountingHost implements Host {
  readonly things = new Map<number, Thing>();
  underWay = 0;

  thing(address: number): Thing {
    const thing = new Thing(address);
    this.things.set(address, thing);
    return thing;
  }

  retain(object: object): Handle | undefined {
    if (!(object instanceof Thing)) return undefined;
    this.underWay++;
    return { kind: 1, address: object.address, generation: 1 };
  }

  release(): void {
    this.underWay--;
  }

  adopt({ address }: Handle): object {
    this.underWay--;
    const thing = this.things.get(address);
    if (thing === undefined) throw new Error(`no thing ${address}`);
    return thing;
  }

  retainView(): undefined {
    return undefined;
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

/** What arrives when `value` is sent by a way that carries bytes alone. */
export function roundTrip(value: unknown, host: Host = new CountingHost()): unknown {
  const { text, blobs, handles } = pack(host, value, { root: "value", hasNoParcels: true });
  return unpack(host, JSON.parse(text), blobs, handles, undefined);
}
