// @ts-nocheck: CommonJS
// A CommonJS entry that does no more than import the program.
import("./start.js");
