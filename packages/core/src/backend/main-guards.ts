import { callSites } from "../contracts/frames.js";
import type { ModuleMeta } from "../contracts/task.js";
import { typeError } from "../contracts/wrong-use.js";
import { clock } from "../kernel/clock.js";

/** The places in which `isMain` was true. A bundler may have put several modules into the program's file. */
export class MainGuards {
  readonly #sites = new Set<string>();
  #first: ModuleMeta | undefined;
  #isFirstTurn = true;
  #hasWarned = false;

  /**
   * Notes that `isMain` is about to be true in the module of `meta`, asked at `site`, in the file at `url`. Throws TypeError if another
   * module of the file was told so before; warns where it cannot tell two modules from one that asks twice.
   *
   * @param isBundle whether the file is known to be a bundle
   */
  ask(meta: ModuleMeta, url: string, site: string | undefined, isBundle: boolean, warn: (text: string) => void): void {
    if (site === undefined || this.#sites.has(site)) return;
    this.#sites.add(site);
    if (this.#first === undefined) {
      this.#first = meta;
      // Later, the module may have been edited and evaluated again.
      clock.setTimeout(() => {
        this.#isFirstTurn = false;
      }, 0);
      return;
    }
    const isOther = isAnother(meta, this.#first, url);
    if (isOther ?? isBundle) throw typeError(this.#advice());
    if (isOther === false || !this.#isFirstTurn || this.#hasWarned) return;
    this.#hasWarned = true;
    warn(`Warning: ${this.#advice()}`);
  }

  #advice(): string {
    return (
      `isMain was asked in several places of one file, ${[...this.#sites].join(" and ")}. If a bundler made it of several modules, isMain cannot tell ` +
      "which of them the program was started with. Leave the guard out of those that are not the program, give them entries of their own, or have " +
      "@heddle/unplugin write the answers. A module that asks twice can keep the answer in a constant"
    );
  }
}

/** Whether two modules of the file at `url` are not the same one; undefined if all that is known of both is the file. */
function isAnother(one: ModuleMeta, first: ModuleMeta, url: string): boolean | undefined {
  const [urlOfOne, urlOfFirst] = [one, first].map(urlIn);
  // A bundler wrote the sources' URLs (webpack), or made an object for each module (esbuild, to CommonJS).
  if (urlOfOne !== urlOfFirst) return true;
  if (urlOfOne === undefined) return one !== first;
  return urlOfOne === url ? undefined : false;
}

const urlIn = (meta: ModuleMeta): string | undefined =>
  typeof meta === "string" ? meta : "url" in meta ? meta.url : undefined;

/** Where `below` was called: file, line and column. Undefined where the runtime does not tell. */
export function siteOf(below: object): string | undefined {
  const [site] = callSites(below, 1);
  return site === undefined ? undefined : `${site.getFileName()}:${site.getLineNumber()}:${site.getColumnNumber()}`;
}
