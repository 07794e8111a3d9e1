module.exports = Promise.resolve(({ a, b }) => a + b);
