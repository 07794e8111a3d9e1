import { load } from "cheerio";

export const work = () => {
  const $ = load('<ul><li><a href="/a">A</a></li><li><a href="/b">B</a></li></ul>');
  return $("li > a")
    .map((_, link) => $(link).attr("href"))
    .get();
};

export const fail = () => load("<p>")("[");
