import { createElement } from "react";
import { renderToString } from "react-dom/server";

const List = ({ length }) =>
  createElement(
    "ul",
    null,
    Array.from({ length }, (_, n) => createElement("li", { key: n }, n)),
  );

export const work = () => renderToString(createElement(List, { length: 3 }));

export const fail = () =>
  renderToString(
    createElement(() => {
      throw new RangeError("no such page");
    }),
  );
