import ts from "typescript";

/** As much of a standard library as the compiler asks for. */
const LIBRARY =
  "interface Array<T> {} interface Boolean {} interface CallableFunction {} interface Function {} interface IArguments {} " +
  "interface NewableFunction {} interface Number {} interface Object {} interface RegExp {} interface String {}";

export function work() {
  const text = "const n: number = '1';";
  const files = { "file.ts": text, "library.d.ts": LIBRARY };
  const host = ts.createCompilerHost({});
  host.getSourceFile = (name) => ts.createSourceFile(name, files[name], ts.ScriptTarget.Latest);
  const program = ts.createProgram(Object.keys(files), { noLib: true, types: [] }, host);
  const compiled = ts.transpileModule(text, { compilerOptions: { target: ts.ScriptTarget.ES2022 } });
  return [
    compiled.outputText.trim(),
    ...program.getSemanticDiagnostics().map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, " ")),
  ];
}

export const fail = () => ts.Debug.fail("as it should");
