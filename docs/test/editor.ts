import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

/** In this package, so that the adapter is found; it is never written. */
const PROGRAM = join(fileURLToPath(new URL("../", import.meta.url)), "editor.mts");

/** The display of a program in an editor: TypeScript's own service, over the declarations that are published. */
export class Editor {
  readonly #program: string;
  readonly #service: ts.LanguageService;

  constructor(program: string) {
    this.#program = program;
    const options: ts.CompilerOptions = {
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      target: ts.ScriptTarget.ES2022,
      strict: true,
      types: ["node"],
    };
    const readFile = (file: string): string | undefined => (file === PROGRAM ? program : ts.sys.readFile(file));
    this.#service = ts.createLanguageService({
      getCompilationSettings: () => options,
      getScriptFileNames: () => [PROGRAM],
      getScriptVersion: () => "1",
      getScriptSnapshot: (file) => {
        const text = readFile(file);
        return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
      },
      getCurrentDirectory: () => fileURLToPath(new URL("../", import.meta.url)),
      getDefaultLibFileName: ts.getDefaultLibFilePath,
      fileExists: (file) => file === PROGRAM || ts.sys.fileExists(file),
      readFile,
      readDirectory: ts.sys.readDirectory,
      directoryExists: ts.sys.directoryExists,
      ...(ts.sys.realpath === undefined ? {} : { realpath: ts.sys.realpath }),
    });
  }

  /** The display over the last place where the program has `text`, from its first letter on: its documentation, and its examples. */
  hover(text: string): { documentation: string; examples: string[] } {
    const info = this.#service.getQuickInfoAtPosition(PROGRAM, this.#lastOf(text));
    const examples = (info?.tags ?? []).filter(({ name }) => name === "example").map((tag) => joined(tag.text));
    return { documentation: joined(info?.documentation), examples };
  }

  /** The line to which "go to definition" leads from there, and the end of the comment before it. */
  definition(text: string): string[] {
    const definitions = this.#service.getDefinitionAtPosition(PROGRAM, this.#lastOf(text)) ?? [];
    return definitions.map(({ fileName, textSpan }) => {
      const before = readFileSync(fileName, "utf8").slice(0, textSpan.start);
      const line = readFileSync(fileName, "utf8").slice(textSpan.start).split("\n", 1)[0];
      return `${before.split("\n").slice(-2).join("\n")}${line}`;
    });
  }

  /** The names that are offered where the program has `text`. */
  offered(text: string): string[] {
    const completions = this.#service.getCompletionsAtPosition(PROGRAM, this.#lastOf(text), {});
    return (completions?.entries ?? [])
      .filter(({ kind }) => kind !== ts.ScriptElementKind.keyword)
      .map(({ name }) => name);
  }

  /** The compiler's messages for the program, each whole. */
  complaints(): string[] {
    return this.#service
      .getSemanticDiagnostics(PROGRAM)
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
  }

  #lastOf(text: string): number {
    const at = this.#program.lastIndexOf(text);
    if (at === -1) throw new Error(`The program has no ${JSON.stringify(text)}`);
    return at + Math.max(0, text.search(/\w/));
  }
}

const joined = (parts: readonly ts.SymbolDisplayPart[] | undefined): string =>
  (parts ?? []).map(({ text }) => text).join("");
