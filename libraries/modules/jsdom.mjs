import { JSDOM } from "jsdom";

export function work() {
  const { window } = new JSDOM(
    '<p></p><script>document.querySelector("p").textContent = [1, 2, 3].length + " items"</script>',
    { runScripts: "dangerously" },
  );
  const html = window.document.querySelector("p").outerHTML;
  window.close();
  return html;
}

export const fail = () => new JSDOM().window.document.querySelector("[");
