// @ts-check
/** Which processes there are. */
import { adapter } from "heddle/processes";

console.log(adapter.name);
