import { task } from "@heddle/node-threads";

export const echo = task(import.meta, function echo(value) {
  return value;
});
