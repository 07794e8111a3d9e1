import Database from "better-sqlite3";

export function work() {
  const database = new Database(":memory:");
  database.exec("CREATE TABLE numbers (n INTEGER)");
  const insert = database.prepare("INSERT INTO numbers VALUES (?)");
  database.transaction(() => {
    for (let n = 1; n <= 100; n++) insert.run(n);
  })();
  // The database stays open: the end of the worker closes it.
  return database.prepare("SELECT count(*) AS n, sum(n) AS sum FROM numbers").get();
}

export const fail = () => new Database(":memory:").prepare("SELECT * FROM nowhere");
