import initSqlJs from "sql.js";

async function ask(question) {
  const { Database } = await initSqlJs();
  const database = new Database();
  try {
    return database.exec(question);
  } finally {
    database.close();
  }
}

export const work = () => ask("SELECT column1 AS n, column1 * column1 AS square FROM (VALUES (1), (2))");

export const fail = () => ask("SELECT * FROM nowhere");
