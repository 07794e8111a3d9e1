import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const DOCS = fileURLToPath(new URL("../", import.meta.url));

const OPTIONS: ts.CompilerOptions = {
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  target: ts.ScriptTarget.ES2022,
  strict: true,
  types: ["node"],
};

/** Files that several editors read, such as the language's own, are read once. */
const registry = ts.createDocumentRegistry();

/** The display of a program in an editor: TypeScript's own service, over the declarations that are published. */
export class Editor {
  readonly #program: string;
  /** The program's file, which is never written. */
  readonly #file: string;
  readonly #service: ts.LanguageService;

  /** The program finds what the package in `folder` does: by default this one, which has the adapter. */
  constructor(program: string, folder = DOCS) {
    const file = join(folder, "editor.mts");
    this.#program = program;
    this.#file = file;
    const readFile = (path: string): string | undefined => (path === file ? program : ts.sys.readFile(path));
    this.#service = ts.createLanguageService(
      {
        getCompilationSettings: () => OPTIONS,
        getScriptFileNames: () => [file],
        // Files of all editors have one register.
        getScriptVersion: (path) => (path === file ? program : "1"),
        getScriptSnapshot: (path) => {
          const text = readFile(path);
          return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
        },
        getCurrentDirectory: () => folder,
        getDefaultLibFileName: ts.getDefaultLibFilePath,
        fileExists: (path) => path === file || ts.sys.fileExists(path),
        readFile,
        readDirectory: ts.sys.readDirectory,
        directoryExists: ts.sys.directoryExists,
        ...(ts.sys.realpath === undefined ? {} : { realpath: ts.sys.realpath }),
      },
      registry,
    );
  }

  /** The display over the last place where the program has `text`, from its first letter on. It has documentation and examples. */
  hover(text: string): { documentation: string; examples: string[] } {
    const info = this.#service.getQuickInfoAtPosition(this.#file, this.#lastOf(text));
    const examples = (info?.tags ?? []).filter(({ name }) => name === "example").map((tag) => joined(tag.text));
    return { documentation: joined(info?.documentation), examples };
  }

  /** The line to which "go to definition" leads from there, below its package and the end of the comment before it. */
  definition(text: string): string[] {
    const definitions = this.#service.getDefinitionAtPosition(this.#file, this.#lastOf(text)) ?? [];
    return definitions.map(({ fileName, textSpan }) => {
      const before = readFileSync(fileName, "utf8").slice(0, textSpan.start);
      const line = readFileSync(fileName, "utf8").slice(textSpan.start).split("\n", 1)[0];
      const [, name = ""] = /packages\/([\w-]+\/)/.exec(fileName) ?? [];
      return `${name}\n${before.split("\n").slice(-2).join("\n")}${line}`;
    });
  }

  /** The names that are offered where the program has `text`. */
  offered(text: string): string[] {
    const completions = this.#service.getCompletionsAtPosition(this.#file, this.#lastOf(text), {});
    return (completions?.entries ?? [])
      .filter(({ kind }) => kind !== ts.ScriptElementKind.keyword)
      .map(({ name }) => name);
  }

  /** The compiler's messages for the program, each whole. */
  complaints(): string[] {
    return this.#service
      .getSemanticDiagnostics(this.#file)
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
  }

  #lastOf(text: string): number {
    const at = this.#program.lastIndexOf(text);
    if (at === -1) throw new Error(`The program has no ${JSON.stringify(text)}`);
    // A text that begins with a blank stands for the place before it.
    return at + (text.startsWith(" ") ? 0 : Math.max(0, text.search(/\w/)));
  }
}

const joined = (parts: readonly ts.SymbolDisplayPart[] | undefined): string =>
  (parts ?? []).map(({ text }) => text).join("");

/**
 * The compiler's messages for these programs, as files of `folder`, all in one run. Modules beside a program are not there, and are not missed.
 */
export function complaintsOf(programs: readonly string[], folder: string): string[] {
  const files = new Map(programs.map((program, n) => [join(folder, `example-${n}.mts`), program]));
  const options = { ...OPTIONS, target: ts.ScriptTarget.ESNext, skipLibCheck: true };
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile } = host;
  host.fileExists = (path) => files.has(path) || fileExists(path);
  host.readFile = (path) => files.get(path) ?? readFile(path);
  const program = ts.createProgram([...files.keys()], options, host);
  return [...files].flatMap(([file, text]) =>
    ts
      .getPreEmitDiagnostics(program, program.getSourceFile(file))
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"))
      .filter((message) => !/^Cannot find module '\.\//.test(message))
      .map((message) => `${message}\n${text}`),
  );
}
