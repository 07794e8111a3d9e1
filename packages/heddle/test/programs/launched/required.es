// @ts-nocheck: CommonJS
const { inline, isMain, Worker } = require(process.env.HEDDLE_LOOM ?? "@heddle/node-threads");

if (isMain(module)) {
  new Worker(inline(() => 7 * 7)).start().result.then((result) => console.log("ran", result));
}
