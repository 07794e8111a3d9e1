import { schedulesOf } from "./reference/explore.js";
import { SYNC } from "./reference/scenes/index.js";

schedulesOf(SYNC);
