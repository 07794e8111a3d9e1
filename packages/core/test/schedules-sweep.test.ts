import { DEATHS } from "./reference/scenes/deaths.js";
import { sweepsOf } from "./reference/sweeps.js";

sweepsOf(DEATHS);
