import { task } from "@heddle/node-threads";

export const greet = task(
  import.meta,
  /** @param {string} name */
  function greet(name) {
    return `HELLO ${name.toUpperCase()}`;
  },
);
