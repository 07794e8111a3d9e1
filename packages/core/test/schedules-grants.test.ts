import { GRANTS } from "./reference/scenes/index.js";
import { schedulesOf } from "./reference/schedules.js";

schedulesOf(GRANTS, 1);
