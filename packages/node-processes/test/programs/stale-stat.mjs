/** https://github.com/nodejs/node/issues/51142, reduced. To be run with an output that is a pipe, or a socket. */
import { fstatSync } from "node:fs";

import.meta.resolve("@heddle/core");
fstatSync(process.stdout.fd);
console.log(import.meta.resolve("@heddle/conformance"));
