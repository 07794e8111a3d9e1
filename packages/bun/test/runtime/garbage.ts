/** Makes three gibibytes of garbage; prints how many bytes this process had at most, before that and after it. */
import * as heddle from "@heddle/bun/processes";

const most = (): number => process.resourceUsage().maxRSS * 1024;

// Opens what processes share.
new heddle.Event().set();
const before = most();
const last: unknown[] = [];
for (let n = 0; n < 3000; n++) last[n % 10] = new Uint8Array(2 ** 20).fill(1);
console.log(before, most(), last.length);
