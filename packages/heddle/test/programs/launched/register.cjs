// @ts-nocheck: CommonJS
// In the place of `@babel/register` and its like: has `require` load another extension.
require.extensions[".es"] = require.extensions[".js"];
