/** Examples in documents and docstrings: programs that say what they print. */

/** The comment after a `console.log(…);`, and the comment lines right below. */
const OUTPUT = /console\.log\(.*\);.*?\/\/ (.*(?:\n\s*\/\/ .*)*)/g;

/** A fenced block, and the comment for it before. */
const BLOCK = /^(?:<!-- example: ([^\n]*) -->\n)?```(js|ts)\n(.*?)^```$/gms;

/** The output that a program says it prints, line by line. @param {string} program */
export const outputOf = (program) =>
  Array.from(program.matchAll(OUTPUT), ([, lines = ""]) => lines.split(/\n\s*\/\/ /)).flat();

/**
 * The fenced blocks of a document that are JavaScript or TypeScript. Its file's name stands in the first line of a block; with which options the
 * runtime is started, in a comment before it: `<!-- example: with --import ./otel.mjs -->`.
 *
 * @param {string} markdown
 * @returns {{ file: string, program: string, isCompiled: boolean, options: string[], reasonNotToRun: string | undefined }[]}
 */
export const blocksOf = (markdown) =>
  Array.from(markdown.matchAll(BLOCK), ([, remark = "", language, program = ""], n) => {
    const [, file = `example-${n + 1}.${language === "ts" ? "ts" : "mjs"}`] = /^\/\/ ([\w.-]+)\n/.exec(program) ?? [];
    const [, reasonNotToRun] = /^not run: (.+)$/.exec(remark) ?? [];
    const [, options] = /^with (.+)$/.exec(remark) ?? [];
    return { file, program, isCompiled: remark === "compiled", options: options?.split(" ") ?? [], reasonNotToRun };
  });
