// @ts-nocheck: `module` is CommonJS's own, of which the types here know nothing.
const { task } = require("heddle");

const triple = task(module, function triple(n) {
  return n * 3;
});

// As an object that nobody can read the names of without evaluating it.
const make = () => ({ multiply: (a, b) => a * b, triple });
module.exports = make();
