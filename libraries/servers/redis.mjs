import { once } from "node:events";
import { createServer } from "node:net";

/** As much of Redis as a client needs to connect, set and get: commands are arrays of strings with their lengths (RESP 2). */
export async function serveRedis() {
  /** @type {Map<string, string>} */
  const values = new Map();
  /** @param {string[]} command */
  function answer([name = "", key = "", value = ""]) {
    switch (name.toUpperCase()) {
      case "SET":
        values.set(key, value);
        return "+OK\r\n";
      case "GET": {
        const found = values.get(key);
        return found === undefined ? "$-1\r\n" : bulk(found);
      }
      case "INFO":
        return bulk("redis_version:7.4.0\r\nloading:0\r\n");
      case "CLIENT":
      case "QUIT":
        return "+OK\r\n";
      default:
        return `-ERR unknown command '${name}'\r\n`;
    }
  }
  const server = createServer((socket) => {
    let text = "";
    socket.setEncoding("utf8").on("data", (more) => {
      text += more;
      for (let command = /^\*(\d+)\r\n/.exec(text); command !== null; command = /^\*(\d+)\r\n/.exec(text)) {
        const parts = text.slice(command[0].length).split("\r\n");
        const count = Number(command[1]) * 2;
        if (parts.length <= count) return;
        text = parts.slice(count).join("\r\n");
        const words = parts.slice(0, count).filter((_, n) => n % 2 === 1);
        socket.write(answer(words));
        if (words[0]?.toUpperCase() === "QUIT") socket.end();
      }
    });
    socket.on("error", () => {});
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return {
    port,
    async close() {
      server.close();
      await once(server, "close");
    },
  };
}

/** @param {string} text */
const bulk = (text) => `$${Buffer.byteLength(text)}\r\n${text}\r\n`;
