/** What "#parser" stands for, whichever of the files here that is: package.json says so under "imports". */
export { parse } from "acorn";
