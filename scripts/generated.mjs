import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./run.mjs";

/** A row of a table in Markdown. @param {readonly string[]} cells */
export const row = (cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;

/** A table in Markdown. @param {readonly string[]} head @param {readonly string[]} rows each made by {@link row} */
export const table = (head, rows) => [row(head), row(head.map(() => "---")), ...rows].join("\n");

/** The part of a document that a script makes, between `<!-- name: … -->` and `<!-- /name -->`. */
export class GeneratedPart {
  #file;
  #place;

  /** @param {string} document from the root @param {string} name */
  constructor(document, name) {
    this.#file = join(root, document);
    this.#place = new RegExp(`(<!-- ${name}: [^>]*-->\\n).*(<!-- /${name} -->)`, "s");
  }

  /** @param {string} content */
  isUpToDate(content) {
    const { text, updated } = this.#update(content);
    return text === updated;
  }

  /** The lines that the document has, and those that it should have instead. @param {string} content */
  difference(content) {
    const { text, updated } = this.#update(content);
    const [has, should] = [text.split("\n"), updated.split("\n")];
    const old = has.filter((line) => !should.includes(line)).map((line) => `- ${line}`);
    return [...old, ...should.filter((line) => !has.includes(line)).map((line) => `+ ${line}`)].join("\n");
  }

  /** @param {string} content */
  write(content) {
    writeFileSync(this.#file, this.#update(content).updated);
  }

  /** @param {string} content */
  #update(content) {
    const text = readFileSync(this.#file, "utf8");
    if (!this.#place.test(text)) throw new Error(`${this.#file} has no place for ${this.#place}`);
    return { text, updated: text.replace(this.#place, (_, before, after) => `${before}\n${content}\n\n${after}`) };
  }
}
