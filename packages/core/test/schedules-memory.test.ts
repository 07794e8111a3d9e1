import { schedulesOf } from "./reference/explore.js";
import { MemoryScene, NamesScene, RingScene, ValueScene } from "./reference/scenes/memory.js";

schedulesOf({
  "Value of type f64": () => new ValueScene("f64"),
  "Value of type i64": () => new ValueScene("i64"),
  "Value of type u8": () => new ValueScene("u8"),
  "region in which objects are made and dropped": () => new MemoryScene(),
  "table of names that is empty": () => new NamesScene(1),
  "table of names that is full": () => new NamesScene(12),
  "ring with room": () => new RingScene(1, 0),
  "ring that is full, and whose counts wrap around": () => new RingScene(5, 2 ** 31 - 64),
});
