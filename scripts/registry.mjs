import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { basename } from "node:path";

/** Where everything else is to be had. */
const ELSEWHERE = process.env.npm_config_registry ?? "https://registry.npmjs.org/";

/**
 * A registry of npm packages, for tests of the packages that this repository would publish. It does no more than Deno and npm ask of one:
 * it has the contents of `tarballs`, and sends all other requests to npm's own.
 *
 * @param {readonly string[]} tarballs as `pnpm pack` makes them
 * @returns {Promise<{ readonly url: string, close(): void }>}
 */
export async function serveRegistry(tarballs) {
  const files = new Map(tarballs.map((file) => [`/tarballs/${basename(file)}`, file]));
  /** @type {Map<string, string>} */
  const documents = new Map();
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? "/");
    const file = files.get(path);
    const document = documents.get(path);
    if (file !== undefined) response.end(readFileSync(file));
    else if (document !== undefined) response.setHeader("content-type", "application/json").end(document);
    else response.writeHead(302, { location: new URL(request.url?.slice(1) ?? "", ELSEWHERE).href }).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  const url = `http://127.0.0.1:${port}/`;
  for (const [path, file] of files) {
    const manifest = JSON.parse(execFileSync("tar", ["-xzOf", file, "package/package.json"], { encoding: "utf8" }));
    const { name, version } = manifest;
    const integrity = `sha512-${createHash("sha512").update(readFileSync(file)).digest("base64")}`;
    const dist = { tarball: new URL(path, url).href, integrity };
    const versions = { [version]: { ...manifest, dist } };
    documents.set(`/${name}`, JSON.stringify({ name, "dist-tags": { latest: version }, versions }));
  }
  return { url, close: () => void server.close() };
}
