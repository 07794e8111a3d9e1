import { schedulesOf } from "./reference/explore.js";
import { QUEUES } from "./reference/scenes/index.js";

schedulesOf(QUEUES);
