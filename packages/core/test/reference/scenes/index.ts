import type { Scene } from "../scene.js";
import { ActionScene, LockGrantScene, PermitGrantScene, SupersededScene } from "./grants.js";
import { LockScene, OverReleasedScene, PermitsScene, ReleasedLockScene } from "./locks.js";
import { MemoryScene, NamesScene, RingScene, ValueScene } from "./memory.js";
import { PipeScene, QueueScene } from "./queues.js";
import { BarrierScene, ConditionScene, EventScene, RWLockScene } from "./sync.js";

type Scenes = Readonly<Record<string, () => Scene>>;

export const LOCKS: Scenes = {
  "Lock for which a wait is late": () => new LockScene("Lock"),
  "RLock for which a wait is late": () => new LockScene("RLock"),
  "Semaphore for which a wait is late": () => new LockScene("Semaphore"),
  "BoundedSemaphore for which a wait is late": () => new LockScene("BoundedSemaphore"),
  "Lock for which a wait is overdue": () => new LockScene("Lock", "overdue"),
  "Lock that anybody releases": () => new ReleasedLockScene(false),
  "fair Lock that anybody releases": () => new ReleasedLockScene(true),
  "Semaphore for which a wait is overdue": () => new LockScene("Semaphore", "overdue"),
  "permits for which two wait": () => new PermitsScene(false),
  "fair permits for which two wait": () => new PermitsScene(true),
  "Lock that is free": () => new LockScene("Lock", "free"),
  "Semaphore that is free": () => new LockScene("Semaphore", "free"),
  "BoundedSemaphore that is released too often": () => new OverReleasedScene(false),
  "fair BoundedSemaphore that is released too often": () => new OverReleasedScene(true),
};

/** A worker that has just seen its grant, and one that comes late. */
export const GRANTS: Scenes = {
  "fair Lock that is granted": () => new LockGrantScene("Lock"),
  "fair RLock that is granted": () => new LockGrantScene("RLock"),
  "fair Semaphore of which a permit is granted": () => new PermitGrantScene(),
  "fair Lock of which a grant is superseded": () => new SupersededScene(),
  "Barrier with an action": () => new ActionScene(),
};

export const SYNC: Scenes = {
  Event: () => new EventScene(),
  "RWLock that is written": () => new RWLockScene(true),
  "RWLock that is read": () => new RWLockScene(false),
  "fair RWLock that is written": () => new RWLockScene(true, { fair: true }),
  "fair RWLock that is read": () => new RWLockScene(false, { fair: true }),
  "RWLock for which a reader is overdue": () => new RWLockScene(true, { overdue: true }),
  "RWLock for which a writer is overdue": () => new RWLockScene(false, { overdue: true }),
  "Condition with a Lock": () => new ConditionScene(false),
  "Condition with an RLock": () => new ConditionScene(true),
  Barrier: () => new BarrierScene(),
};

export const QUEUES: Scenes = {
  "Queue that is full": () => new QueueScene("Queue", 2),
  "Queue without a bound": () => new QueueScene("Queue", 0),
  "fair Queue that is full": () => new QueueScene("Queue", 2, { fair: true }),
  "fair Queue without a bound": () => new QueueScene("Queue", 0, { fair: true }),
  "Queue for which a putter is overdue": () => new QueueScene("Queue", 2, { overdue: true }),
  "Queue for which a getter is overdue": () => new QueueScene("Queue", 0, { overdue: true }),
  "LifoQueue that is full": () => new QueueScene("LifoQueue", 2),
  "LifoQueue without a bound": () => new QueueScene("LifoQueue", 0),
  "PriorityQueue that is full": () => new QueueScene("PriorityQueue", 2),
  "PriorityQueue without a bound": () => new QueueScene("PriorityQueue", 0),
  pipe: () => new PipeScene(),
};

export const MEMORY: Scenes = {
  "Value of type f64": () => new ValueScene("f64"),
  "Value of type i64": () => new ValueScene("i64"),
  "Value of type u8": () => new ValueScene("u8"),
  "region in which objects are made and dropped": () => new MemoryScene(),
  "table of names that is empty": () => new NamesScene(1),
  "table of names that is full": () => new NamesScene(12),
  "ring with room": () => new RingScene(1, 0),
  "ring that is full, and whose counts wrap around": () => new RingScene(5, 2 ** 31 - 64),
};
