import { schedulesOf } from "./reference/explore.js";
import { MEMORY } from "./reference/scenes/index.js";

schedulesOf(MEMORY);
