import { customAlphabet, nanoid } from "nanoid";

export const work = () => [
  nanoid().length,
  new Set(Array.from({ length: 1000 }, () => nanoid())).size,
  customAlphabet("a", 4)(),
];

export const fail = () => nanoid(Number.MAX_SAFE_INTEGER);
