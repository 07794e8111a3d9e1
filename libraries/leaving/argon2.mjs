import { appendFileSync } from "node:fs";
import argon2 from "argon2";

export const isNative = true;

export function leave(line, file) {
  void argon2.hash("secret", { memoryCost: 8192 }).then(() => appendFileSync(file, `${line}\n`));
}
