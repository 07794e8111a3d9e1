import { pack, unpack } from "msgpackr";

export const work = () => {
  const { map, date, large } = unpack(pack({ map: { a: [1, 2] }, date: new Date(1000), large: 3n }));
  return [new Map(Object.entries(map)), date, BigInt(large)];
};

export const fail = () => unpack(Buffer.from([0x93, 0x01]));
