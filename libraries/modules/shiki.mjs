import { codeToHtml } from "shiki";

export async function work() {
  const html = await codeToHtml("const n = 1;", { lang: "js", theme: "nord", tokenizeTimeLimit: 0 });
  return `${html.match(/<span style/g).length} tokens`;
}

export const fail = () => codeToHtml("", { lang: "klingon", theme: "nord" });
