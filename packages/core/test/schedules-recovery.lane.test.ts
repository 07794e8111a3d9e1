import { recoveriesOf } from "./reference/recoveries.js";
import { MORE_DEATHS } from "./reference/scenes/deaths.js";

recoveriesOf(MORE_DEATHS);
