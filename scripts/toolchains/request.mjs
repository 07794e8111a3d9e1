import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";

/**
 * Starts a server on a port of its own, and prints what it answers, which is JSON, as the other programs print it.
 *
 *     node request.mjs path file of the server, and its arguments
 */
const [path = "/", ...command] = process.argv.slice(2);

/** A port that nothing listens on. */
async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}

const port = await freePort();
const server = spawn(process.execPath, command, {
  stdio: ["ignore", "pipe", "inherit"],
  env: { ...process.env, PORT: String(port), HOST: "127.0.0.1", HOSTNAME: "127.0.0.1" },
});
server.on("exit", (code) => process.exit(code || 1));
server.stdout.pipe(process.stderr);
// It says where it listens.
await once(server.stdout, "data");
const response = await fetch(`http://127.0.0.1:${port}${path}`);
const text = await response.text();
server.removeAllListeners("exit").kill();
if (!response.ok) throw new Error(`The server answered with ${response.status}: ${text}`);
for (const [name, value] of Object.entries(JSON.parse(text))) console.log(name, value);
