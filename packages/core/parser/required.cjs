/**
 * For the half for `require`: loaded by the first call, and found by bundlers all the same.
 *
 * @type {typeof import("acorn").parse}
 */
exports.parse = (source, options) => require("acorn").parse(source, options);
