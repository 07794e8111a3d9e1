/** Where there are no processes of Heddle's yet: the import says so. */
import { HeddleError } from "@heddle/core";

throw new HeddleError(
  "HEDDLE_UNSUPPORTED",
  'Processes cannot share memory on this runtime yet, only on Node and Deno: import from "heddle" for threads, which have the same API',
);
