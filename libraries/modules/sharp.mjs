import sharp from "sharp";

export async function work() {
  const create = { width: 64, height: 32, channels: 3, background: "teal" };
  const bytes = await sharp({ create }).resize(8).webp().toBuffer();
  const { format, width, height } = await sharp(bytes).metadata();
  return { format, width, height };
}

export const fail = () => sharp(Buffer.from("no picture")).metadata();
