import { schedulesOf } from "./reference/explore.js";
import { LOCKS } from "./reference/scenes/index.js";

schedulesOf(LOCKS);
