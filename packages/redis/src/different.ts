import { typeError } from "@heddle/core";

/** The error for an object whose name another program has used with other arguments. */
export const differentlyMade = (kind: string): TypeError =>
  typeError(`A ${kind} of that name was made with other arguments: use the same, or another name`);
