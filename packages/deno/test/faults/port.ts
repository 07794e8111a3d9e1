/** Tells whether a port hears that its other end was closed. */
const [module] = Deno.args;
if (module !== undefined) await import(module);

const { port1, port2 } = new MessageChannel();
port1.addEventListener("close", () => console.log("closed"));
port1.start();
port2.close();
// With turns enough for it to be heard of.
for (let turn = 0; turn < 100; turn++) await new Promise((resolve) => setImmediate(resolve));
