// @ts-nocheck: CommonJS
// As a process manager does: its own script is on the command line, and the program's path in the environment.
import(require("node:url").pathToFileURL(process.env.pm_exec_path).href);
