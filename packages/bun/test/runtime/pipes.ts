/** Listens to a pipe in the way that is named, and says what comes of it. */
import { Socket } from "node:net";
import { numbers } from "@heddle/process-host";
import { posix } from "../../src/processes/libc.js";
import { listen } from "../../src/processes/listen.js";

function pipe(): { readonly fd: number; wake(): void } {
  const ends = new Int32Array(2);
  posix.pipe2(new Uint8Array(ends.buffer), numbers.O_NONBLOCK);
  const [fd = -1, writing = -1] = ends;
  return { fd, wake: () => void posix.write(writing, new Uint8Array([1]), 1) };
}

/** The bytes that have come so often when a signal tells that some have come. */
function hearBySignal(times: number): Promise<void> {
  const { fd, wake } = pipe();
  const { promise, resolve } = Promise.withResolvers<void>();
  const alive = setInterval(() => {}, 1000);
  let heard = 0;
  listen({ fd, carries: "bytes" }, ({ length }) => {
    heard += length;
    if (heard < times) return wake();
    clearInterval(alive);
    resolve();
  });
  setTimeout(wake);
  return promise;
}

const ways: Record<string, () => Promise<void>> = {
  async signal() {
    await hearBySignal(3);
    console.log("heard");
  },
  async socket() {
    const { fd, wake } = pipe();
    let heard = 0;
    const socket = new Socket({ fd, readable: true, writable: false });
    socket.on("data", ({ length }) => {
      heard += length;
    });
    wake();
    await hearBySignal(3);
    console.log("heard", heard);
    process.exit();
  },
  async stream() {
    const reading = Bun.file(pipe().fd).stream().getReader().read();
    console.log("listens");
    await reading;
  },
};

await ways[process.argv[2] ?? ""]?.();
