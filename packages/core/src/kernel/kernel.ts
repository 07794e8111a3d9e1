import type { KernelAdapter } from "../contracts/adapter.js";
import { stackText } from "../contracts/frames.js";
import { typeError } from "../contracts/wrong-use.js";
import { Allocator, sizeOf } from "./allocator.js";
import { Bell } from "./bell.js";
import type { Blobs } from "./blobs.js";
import { Cells } from "./cells.js";
import type { Codec } from "./codec.js";
import { Collector } from "./collector.js";
import { Deadlocks } from "./deadlock.js";
import { Guards } from "./guards.js";
import { isObject, Kind, NODE_CELL, NODE_GRANTED, WORD } from "./layout.js";
import { Names } from "./names.js";
import { Parking } from "./parking.js";
import type { ReferenceSets } from "./reference-sets.js";
import { Region } from "./region.js";
import { Section } from "./section.js";
import { noTasks, type Tasks } from "./tasks.js";
import { eachNode, Waiters } from "./waiters.js";
import { warnBy } from "./warnings.js";
import type { Windows } from "./windows.js";
import { claimSlot, eachSlot } from "./worker-table.js";

/** Where a worker finds its place: which region, and which slot of it is its own. */
export interface SlotAssignment {
  readonly memory: unknown;
  readonly slot: number;
  readonly id: number;
}

/** Notes which locks the tasks of this worker have taken, and not given back here. */
export interface Holds {
  /**
   * The task of this serial (0 outside of pools) has taken the lock at `cell`, and will give it back by the same `key`. The key is the
   * cell, or where a lock can be held several times at once, a value that stands for one of these.
   */
  take(key: unknown, cell: number, task: number): void;
  giveBack(key: unknown): void;
}

/** Whether it may pay to look for what another worker does meanwhile, instead of sleeping. */
export const canSpin = ({ capabilities, host }: KernelAdapter): boolean =>
  capabilities.parallel && host.availableParallelism() > 1;

/** Decides which waits keep this worker alive (idle-waits.ts). */
export interface OutlookOnWaits {
  /** Another worker has ended, and with it what it held. */
  reconsider(): void;
  /** This worker is a daemon, which ends with the program: its waits may last until then. */
  last(): void;
  /** This worker stays alive for its pool, whether or not it has something to do, until {@link leave}. */
  stay(mayGetMore: () => boolean): void;
  leave(): void;
}

/** Parts of each kernel of this copy of core, even if its program does not import them. */
export const partsOfAll: ((kernel: Kernel) => void)[] = [];

/** One worker's view of the region, and its means to change it and to wait for changes. */
export class Kernel {
  readonly adapter: KernelAdapter;
  readonly region: Region;
  readonly slot: number;
  readonly id: number;
  readonly bell: Bell;
  readonly section: Section;
  readonly allocator: Allocator;
  readonly waiters: Waiters;
  readonly parking: Parking;
  readonly cells: Cells;
  readonly names: Names;
  readonly deadlocks: Deadlocks;
  /** The serial of the task that runs at this moment: it tells the owners of an rlock apart within one worker. */
  currentTask: () => number = () => 0;

  /** In a pool's worker, which locks its tasks hold. */
  holds: Holds | undefined;
  readonly guards: Guards;
  /** Tells of an error that no call can throw. The module that knows the except hook puts the hook in its place. */
  reportUncaught: (error: Error) => void;

  /** The parts that only messages need, which a program that sends nothing does without: there once `makeSend` was called. */
  codec!: Codec;
  referenceSets!: ReferenceSets;
  blobs!: Blobs;
  /** There once `makeIdleWaits` was called, in any program with workers. */
  idleWaits: OutlookOnWaits | undefined;
  /** There once `makeWindows` was called. */
  windows: Windows | undefined;
  /** How tasks are named in messages, and found by their names. */
  tasks: Tasks = noTasks;
  /** The adapter is in one file with the program's main module. */
  isBundled = false;
  /** Whether the program's entry defines tasks: its workers evaluate it, then, and what it starts. */
  hasTasksInEntry = false;

  /** Throws where this worker may not start another yet. */
  checkStart: () => void = () => {};

  /** Without a place, as the program's main worker, in a region of its own. */
  constructor(adapter: KernelAdapter, place: SlotAssignment | undefined) {
    const memory = adapter.openMemory(place?.memory);
    const { host, capabilities } = adapter;
    this.adapter = adapter;
    warnBy((warning) => host.warn(warning));
    this.reportUncaught = (error) =>
      host.reportError(`Uncaught error in Main${capabilities.workerName}:\n${stackText(error) || error}`);
    this.guards = new Guards((error) => {
      if (!this.region.hasLeft) this.reportUncaught(error);
    });
    this.region = new Region(memory);
    if (place === undefined) this.region.format();
    const { slot, id } = place ?? claimSlot(this.region, -1);
    memory.liveness.claim(slot);
    this.slot = slot;
    this.id = id;
    const mayBlock = place !== undefined || adapter.capabilities.mainMayBlock;
    this.bell = new Bell(this.region, adapter.openDoorbells(memory), slot, mayBlock);
    this.section = new Section(this.region, this.bell, slot);
    this.allocator = new Allocator(this.region, this.section, slot);
    this.waiters = new Waiters(this.region, this.section, this.allocator, this.bell, slot);
    const maySpin = canSpin(adapter);
    this.cells = new Cells(this.region, this.section, this.allocator, slot);
    const collector = new Collector(this.cells, () => adapter.host.collectGarbage());
    this.allocator.onAllocate = (bytes) => collector.count(bytes);
    this.allocator.reclaim = () => collector.collect();
    this.names = new Names(this.region, this.section, this.allocator, this.cells);
    this.deadlocks = new Deadlocks(this.region, this.cells, this.names, slot);
    const { keepAlive } = adapter;
    this.parking = new Parking(
      this.region,
      this.section,
      this.waiters,
      this.bell,
      this.cells,
      this.deadlocks,
      keepAlive,
      maySpin,
    );
    for (const make of partsOfAll) make(this);
  }

  /** The owner word of what this worker holds: its slot + 1, as 0 means nobody. */
  get me(): number {
    return this.slot + 1;
  }

  /** Waits that are parked at an object. Throws TypeError for what is none of this kernel's. */
  waiting(object: object): number {
    const handle = this.cells.handleOf(object);
    if (handle === undefined) throw typeError("waiting needs one of Heddle's own objects, of the same adapter");
    const cells = [handle.address, ...(this.cells.operationsOf(handle.address)?.parksAt?.(handle.address) ?? [])];
    let waiting = 0;
    eachSlot(this.region, (slot) => {
      eachNode(this.region, slot, (node, state) => {
        if (state !== NODE_GRANTED && cells.includes(this.region.i32[node + NODE_CELL] as number)) waiting++;
      });
    });
    return waiting;
  }

  /** Whether a wait of this worker's is parked at the object in `cell`, or granted and not yet seen. */
  waitsAt(cell: number): boolean {
    const { i32 } = this.region;
    const cells = [cell, ...(this.cells.operationsOf(cell)?.parksAt?.(cell) ?? [])];
    let waits = false;
    eachNode(this.region, this.slot, (node) => {
      waits ||= cells.includes(i32[node + NODE_CELL] as number);
    });
    return waits;
  }

  /** The usage of the region, found by walking it. */
  usage(): { bytes: number; objects: number; workers: number; waiters: number } {
    let bytes = 0;
    let objects = 0;
    let workers = 0;
    let waiters = 0;
    this.allocator.walk((cell, kind) => {
      if (isObject(kind)) objects++;
      // Workers keep their blocks of waiters: those are not a sign of life.
      if (kind !== Kind.WaiterBlock) bytes += sizeOf(this.region, cell) * WORD;
    });
    eachSlot(this.region, (slot) => {
      workers++;
      eachNode(this.region, slot, () => waiters++);
    });
    return { bytes, objects, workers, waiters };
  }
}
