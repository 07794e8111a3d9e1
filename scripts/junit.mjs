/**
 * A test in a JUnit report. This is XML as machines write it, with attributes in double quotes, so a search finds it.
 *
 * @typedef {{ name: string, classname: string, file: string, status: "passed" | "failed" | "skipped" }} TestCase
 */

const TEST_CASE = /<testcase\b([^>]*?)(?:\/>|>(.*?)<\/testcase>)/gs;
const ATTRIBUTE = /([\w-]+)="([^"]*)"/g;

/** @type {Record<string, string>} */
const ENTITIES = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };

/** @param {string} xml @returns {TestCase[]} */
export const testCases = (xml) =>
  [...xml.matchAll(TEST_CASE)].map(([, start = "", body = ""]) => {
    const attributes = Object.fromEntries(
      [...start.matchAll(ATTRIBUTE)].map(([, key, text = ""]) => [key, decode(text)]),
    );
    const { name = "", classname = "", file = "" } = attributes;
    return { name, classname, file, status: statusOf(body) };
  });

/** @param {string} body @returns {TestCase["status"]} */
function statusOf(body) {
  if (/<(failure|error)\b/.test(body)) return "failed";
  return /<skipped\b/.test(body) ? "skipped" : "passed";
}

/** @param {string} text */
const decode = (text) =>
  text
    .replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))
    .replace(/&(\w+);/g, (entity, name) => ENTITIES[name] ?? entity);
