import { transformAsync } from "@babel/core";

export async function work() {
  const visitor = {
    Identifier(path) {
      path.node.name = "renamed";
    },
  };
  const { code } = await transformAsync("const n = 1;", { configFile: false, plugins: [{ visitor }] });
  return code;
}

export const fail = () => transformAsync("const = 1", { configFile: false });
