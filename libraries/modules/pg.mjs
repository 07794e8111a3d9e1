import { createServer } from "node:net";
import pg from "pg";

export function work() {
  const { escapeIdentifier, types } = pg;
  return [`SELECT ${escapeIdentifier('a"b')}`, types.getTypeParser(1007)("{1,2}"), types.getTypeParser(701)("1.5")];
}

export async function fail() {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  await new pg.Client({ host: "127.0.0.1", port }).connect();
}
