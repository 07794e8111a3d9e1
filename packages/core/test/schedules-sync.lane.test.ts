import { SYNC } from "./reference/scenes/index.js";
import { schedulesOf } from "./reference/schedules.js";

schedulesOf(SYNC);
