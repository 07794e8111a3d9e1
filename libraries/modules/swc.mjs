import { transform } from "@swc/core";

export async function work() {
  const { code } = await transform("const n: number = 1", {
    jsc: { parser: { syntax: "typescript" }, target: "es2022" },
  });
  return code.trim();
}

export const fail = () => transform("const = 1");
