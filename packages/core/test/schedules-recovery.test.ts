import { recoveriesOf } from "./reference/recoveries.js";
import { DEATHS } from "./reference/scenes/deaths.js";

recoveriesOf(DEATHS);
