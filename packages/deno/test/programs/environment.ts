import { isMain, Thread, task } from "@heddle/deno";

export const environment = task(import.meta, function environment() {
  const { env } = Deno;
  const given = [env.get("GIVEN"), env.has("GIVEN"), env.has("GONE"), env.has("OUTER"), process.env.GIVEN];
  env.set("GIVEN", "changed");
  env.delete("OTHER");
  return [...given, process.env.GIVEN, JSON.stringify(env.toObject())].join(" ");
});

if (isMain(import.meta)) {
  Deno.env.set("OUTER", "the program's");
  const env = { GIVEN: "1", OTHER: "2", GONE: undefined };
  console.log(await new Thread(environment, { env }).start().result);
  console.log(Deno.env.has("GIVEN"), Deno.env.get("OUTER"));
}
