import { inline, isMain, Pool } from "@heddle/bun";

if (isMain(import.meta)) {
  const pool = new Pool();
  console.log(
    await pool.map(
      inline((text: string): number => Number.parseInt(text, 16)),
      ["a", "ff"],
    ),
  );
}
