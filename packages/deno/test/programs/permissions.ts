import { adapter, inline, isMain, Pool, Thread } from "@heddle/deno";

const mayUseNet = inline(() => Deno.permissions.querySync({ name: "net" }).state);

/** Starts a thread that may use the net; gives the outcome. */
const startWithNet = inline(async (url: string) => {
  const { inline, Thread }: typeof import("@heddle/deno") = await import(url);
  try {
    const thread = new Thread(
      inline(() => "started"),
      { permissions: { net: true } },
    );
    return await thread.start().result;
  } catch (error) {
    return (error as Error).name;
  }
});

if (isMain(import.meta)) {
  const permissions = { net: false, read: true, import: true } as const;
  console.log(await new Thread(mayUseNet).start().result);
  console.log(await new Thread(mayUseNet, { permissions }).start().result);
  await using pool = new Pool({ size: 2, permissions });
  console.log(...(await Promise.all([pool.run(mayUseNet), pool.run(mayUseNet)])));
  console.log(await new Thread(startWithNet, { args: [adapter.url], permissions }).start().result);
}
