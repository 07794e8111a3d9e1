import { Readable } from "node:stream";
import { parse } from "csv-parse";
import { parse as parseSync } from "csv-parse/sync";

export const work = () =>
  Readable.from(["name,born\nAda,18", "15\nAlan,1912\n"])
    .pipe(parse({ columns: true, cast: true }))
    .toArray();

export const fail = () => parseSync("a,b\nc\n");
