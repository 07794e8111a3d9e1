import { transform } from "esbuild";

export async function work() {
  const { code } = await transform("let n: number = 1", { loader: "ts", minifyWhitespace: true });
  return code.trim();
}

export const fail = () => transform("let = = 1", { logLevel: "silent" });
