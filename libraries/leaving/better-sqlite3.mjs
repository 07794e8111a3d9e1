import { appendFileSync } from "node:fs";
import Database from "better-sqlite3";

export const isNative = true;

export function leave(line, file) {
  const database = new Database(":memory:");
  database.exec("CREATE TABLE numbers (n); INSERT INTO numbers VALUES (1)");
  void database.backup(`${file}.${line}`).then(() => appendFileSync(file, `${line}\n`));
}
