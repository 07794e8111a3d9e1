/** Sends itself a signal that ends a process, twice. */
for (const time of ["once", "twice"]) {
  Deno.kill(Deno.pid, "SIGSEGV");
  console.log(`goes on after it was sent ${time}`);
}
