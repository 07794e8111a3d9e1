import { task } from "@heddle/bun";

export const greet = task(import.meta, function greet(name: string) {
  return `HELLO ${name.toUpperCase()}`;
});
