import { minify } from "terser";

export const work = async () => (await minify("const add = (first, second) => { return first + second; };")).code;

export const fail = () => minify("const = 1");
