import { appendFileSync } from "node:fs";
import bcrypt from "bcrypt";

export const isNative = true;

export function leave(line, file) {
  void bcrypt.hash("secret", 8).then(() => appendFileSync(file, `${line}\n`));
}
