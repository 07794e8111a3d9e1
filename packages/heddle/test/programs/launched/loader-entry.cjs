// @ts-nocheck: CommonJS
// A CommonJS entry that registers a loader, and requires the program by it.
require("./register.cjs");
require("./required");
