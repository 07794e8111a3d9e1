/** Tells whether a port hears that its other end was closed. */
const [module] = Deno.args;
if (module !== undefined) await import(module);

const { port1, port2 } = new MessageChannel();
port1.addEventListener("close", () => console.log("closed"));
port1.start();
port2.close();
// By when another port's message has come, it would have been heard of.
const other = new MessageChannel();
other.port2.postMessage("");
await new Promise((resolve) => {
  other.port1.onmessage = resolve;
});
other.port1.close();
