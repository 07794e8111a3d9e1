module.exports = { handler: ({ a, b }) => a + b };
