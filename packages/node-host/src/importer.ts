import { fileURLToPath, pathToFileURL } from "node:url";

/**
 * By a function that node:vm compiles as if it stood in that module. `import()` in it is the default loader's, with the conditions of ES
 * modules and with the import map of Deno. Before Node 20.12, packages are found as by `require`. Node warns at its first call that this is
 * experimental, which the program that wrote `import()` need not hear.
 */
export function importerOf(moduleUrl = pathToFileURL(`${process.cwd()}/inline.js`).href): string {
  const url = JSON.stringify(moduleUrl);
  // Bun takes a module's place for a path.
  const place = JSON.stringify("bun" in process.versions ? fileURLToPath(moduleUrl) : moduleUrl);
  return `await (async () => {
const [vm, { createRequire }] = await Promise.all([import("node:vm"), import("node:module")]);
const loader = vm.constants?.USE_MAIN_CONTEXT_DEFAULT_LOADER;
if (!loader) return (name) => import(/^[./]|^[a-z]+:/i.test(name) ? new URL(name, ${url}) : createRequire(${url}).resolve(name));
const load = vm.compileFunction("return import(name, options)", ["name", "options"], { filename: ${place}, importModuleDynamically: loader });
return (name, options) => {
const { emitWarning } = process;
process.emitWarning = () => {};
try { return load(name, options); } finally { process.emitWarning = emitWarning; }
};
})()`;
}
