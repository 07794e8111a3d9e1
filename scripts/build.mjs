import { run } from "./run.mjs";

/** Installs exactly what the lockfile says and builds what has changed. Quiet unless something fails. */
const built = run("pnpm install --frozen-lockfile") && run("turbo run build");
process.exitCode = built ? 0 : 1;
