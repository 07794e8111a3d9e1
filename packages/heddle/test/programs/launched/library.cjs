// @ts-nocheck: CommonJS
// A program of its own, to which the other is a library.
const name = "./start.js";
import(name).then(() => console.log("imported"));
