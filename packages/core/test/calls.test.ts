import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { bindEndpoints } from "../src/backend/endpoints.js";
import type { Callback } from "../src/contracts/callback.js";
import { CallbackClosedError, WorkerCrashedError } from "../src/contracts/errors.js";
import type { Kernel } from "../src/kernel/kernel.js";
import { CELL_KIND, ENDS, Kind } from "../src/kernel/layout.js";
import { recover } from "../src/kernel/recovery.js";
import { claimSlot, freeSlot } from "../src/kernel/worker-table.js";
import { Callbacks } from "../src/remote/callback.js";
import { Calls } from "../src/remote/calls.js";
import { Endpoint } from "../src/remote/endpoint.js";
import { oneThread, openKernel, openKernels } from "./kernels.js";
import { servicesOf } from "./services.js";

type Any = Callback<unknown[], unknown>;

/** Workers in one thread that call each other: a test decides who looks when. */
const workers = (count: number) => openKernels(count).map(worker);

const worker = (kernel: Kernel) => ({ kernel, callbacks: new Callbacks(new Calls(servicesOf(kernel), true)) });

/** The callback as the other worker has it, once it was sent there in a message that is still under way. */
function send(from: Kernel, to: Kernel, callback: Any): Any {
  const packet = from.codec.packWhole(callback, "item");
  const { body } = { body: JSON.parse(packet.text) };
  return to.codec.open({ body, blobs: undefined, references: packet.references }) as Any;
}

describe("calls of callbacks", () => {
  it("a call whose home died before it looked is rejected, and so is one that was made after", async () => {
    const [main, home, caller] = workers(3);
    assert.ok(main && home && caller);
    const made = home.callbacks.make(() => assert.fail("it has died")) as Any;
    const seen = send(home.kernel, caller.kernel, made);
    const call = assert.rejects(seen(), WorkerCrashedError);
    // It has taken the call, and dies.
    const { address } = home.kernel.cells.handleOf(made) ?? assert.fail();
    assert.ok(new Endpoint(home.kernel, address).requests.take());
    assert.ok(new Endpoint(home.kernel, address).requests.take());
    recover(main.kernel, home.kernel.slot);
    await call;
    await assert.rejects(seen(), WorkerCrashedError);
    assert.throws(() => seen.post(), WorkerCrashedError);
  });

  it("recovery of a home that is done again, and that of a caller, change nothing", async () => {
    const [main, home, caller, other] = workers(4);
    assert.ok(main && home && caller && other);
    const made = home.callbacks.make((n: number) => n + 1) as Any;
    const seen = send(home.kernel, caller.kernel, made);
    const others = send(home.kernel, other.kernel, made);
    seen(1).catch(() => {});
    recover(main.kernel, caller.kernel.slot);
    assert.equal(await others(1), 2);
    recover(main.kernel, home.kernel.slot);
    recover(main.kernel, home.kernel.slot);
    await assert.rejects(others(1), WorkerCrashedError);
    // The next worker in its slot may have it, too.
    const { region } = main.kernel;
    freeSlot(region, home.kernel.slot);
    const next = worker(openKernel(oneThread, { memory: region.memory.token, ...claimSlot(region, main.kernel.slot) }));
    assert.equal(next.kernel.slot, home.kernel.slot);
    const nexts = send(other.kernel, next.kernel, others);
    await assert.rejects(others(1), WorkerCrashedError);
    await assert.rejects(nexts(1), WorkerCrashedError);
  });

  it("a worker that knows of no callbacks frees what one that it started has made", async () => {
    const [first, home, caller] = openKernels(3);
    assert.ok(first && home && caller);
    bindEndpoints(first);
    const count = (): number => {
      let cells = 0;
      first.allocator.walk((cell) => {
        const kind = first.region.i32[cell + CELL_KIND];
        if (kind === Kind.Endpoint || kind === Kind.Mailbox) cells++;
      });
      return cells;
    };
    const made = worker(home).callbacks.make(() => {}) as Any;
    const to = worker(caller);
    const packet = home.codec.packWhole(made, "item");
    const arrived = { body: JSON.parse(packet.text), blobs: undefined, references: packet.references };
    const call = (to.kernel.codec.open(arrived) as Any)(new Map([["item", made]])).catch(() => {});
    assert.equal(count(), 3);
    recover(first, caller.slot);
    recover(first, home.slot);
    assert.equal(count(), 0);
    // The caller, which is dead and runs yet, is not to be heard.
    void call;
  });

  it("an answer is read that came before its home closed it and let go", async (test) => {
    const [home, caller] = workers(2);
    assert.ok(home && caller);
    let runs = 0;
    const made = home.callbacks.make(() => ++runs) as Any;
    const seen = send(home.kernel, caller.kernel, made);
    // From now on the home looks when it is rung.
    await new Promise((resolve) => setImmediate(resolve));
    const called = seen();
    // Something has ended elsewhere, so the caller asks for its home: after it has looked for the answer in vain.
    Atomics.add(caller.kernel.region.i32, ENDS, 1);
    const asked = Object.getOwnPropertyDescriptor(Endpoint.prototype, "isLost");
    test.onTestFinished(() => void Object.defineProperty(Endpoint.prototype, "isLost", asked ?? assert.fail()));
    Object.defineProperty(Endpoint.prototype, "isLost", {
      configurable: true,
      get(this: Endpoint) {
        // More than once, where a slow machine leaves the call to the home's next turn.
        while (runs === 0) home.kernel.bell.whileAwake(() => home.kernel.bell.ring(home.kernel.slot));
        made.dispose();
        return asked?.get?.call(this);
      },
    });
    assert.equal(await called, 1);
  });

  it("a call that was made before its home closed, and not seen, is refused", async () => {
    const [home, caller] = workers(2);
    assert.ok(home && caller);
    const made = home.callbacks.make(() => assert.fail("it is closed")) as Any;
    const seen = send(home.kernel, caller.kernel, made);
    const call = assert.rejects(seen(), CallbackClosedError);
    seen.post();
    made.dispose();
    await call;
    await assert.rejects(seen(), CallbackClosedError);
  });

  it("calls that were posted before the last holder let go run", async () => {
    const [home, caller] = workers(2);
    assert.ok(home && caller);
    const notes: unknown[] = [];
    const noted = new Promise<void>((resolve) => {
      const made = home.callbacks.make((note: unknown) => {
        notes.push(note);
        if (note === "last") resolve();
      }) as Any;
      const packet = home.kernel.codec.packWhole(made, "item");
      const arrived = { body: JSON.parse(packet.text), blobs: undefined, references: packet.references };
      const seen = caller.kernel.codec.open(arrived) as Any;
      seen.post("first");
      seen.post("last");
      home.kernel.codec.dispose(packet);
      seen.dispose();
    });
    await noted;
    assert.deepEqual(notes, ["first", "last"]);
  });

  it("a function that calls back within itself, and one that lets others look, keep the order", async () => {
    const [home, caller] = workers(2);
    assert.ok(home && caller);
    const seen: unknown[] = [];
    const made = home.callbacks.make((n: number) => {
      seen.push(n);
      // As a pool does that looks for an answer.
      home.kernel.bell.ring(home.kernel.slot);
      home.kernel.bell.whileAwake(() => home.kernel.bell.ring(home.kernel.slot));
      seen.push(-n);
    }) as Any;
    const elsewhere = send(home.kernel, caller.kernel, made);
    await Promise.all([1, 2, 3].map((n) => elsewhere(n)));
    assert.deepEqual(seen, [1, -1, 2, -2, 3, -3]);
  });

  it("a home is wanted while another worker has what it made, and no longer", async () => {
    const [main, caller] = workers(2);
    assert.ok(main && caller);
    let holds = 0;
    const keepAlive = { hold: () => void holds++, letGo: () => void holds-- };
    const { region } = main.kernel;
    const place = { memory: region.memory.token, ...claimSlot(region, main.kernel.slot) };
    const home = worker(openKernel({ ...oneThread, keepAlive }, place));
    const made = home.callbacks.make((n: number) => n) as Any;
    const packet = home.kernel.codec.packWhole(made, "item");
    const arrived = { body: JSON.parse(packet.text), blobs: undefined, references: packet.references };
    const seen = caller.kernel.codec.open(arrived) as Any;
    home.kernel.codec.dispose(packet);
    assert.equal(await seen(1), 1);
    assert.equal(holds, 1);
    seen.dispose();
    while (holds > 0) await new Promise((resolve) => setImmediate(resolve));
  });
});
