import { schedulesOf } from "./reference/explore.js";
import { BarrierScene, ConditionScene, EventScene, RWLockScene } from "./reference/scenes/sync.js";

schedulesOf({
  Event: () => new EventScene(),
  "RWLock that is written": () => new RWLockScene(true),
  "RWLock that is read": () => new RWLockScene(false),
  "Condition with a Lock": () => new ConditionScene(false),
  "Condition with an RLock": () => new ConditionScene(true),
  Barrier: () => new BarrierScene(),
});
