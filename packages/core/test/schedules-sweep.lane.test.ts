import { MORE_DEATHS } from "./reference/scenes/deaths.js";
import { sweepsOf } from "./reference/sweeps.js";

sweepsOf(MORE_DEATHS);
