import { appendFileSync } from "node:fs";
import sharp from "sharp";

export const isNative = true;

export function leave(line, file) {
  const create = { width: 400, height: 400, channels: 3, background: "teal" };
  void sharp({ create })
    .blur(4)
    .png()
    .toBuffer()
    .then(() => appendFileSync(file, `${line}\n`));
}
