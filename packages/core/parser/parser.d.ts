/** The module "#parser", one of the files here: package.json says which, under "imports". */
export { parse } from "acorn";
