Object.defineProperty(exports, "__esModule", { value: true });
exports.default = ({ a, b }) => a + b;
