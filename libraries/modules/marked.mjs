import { marked } from "marked";

export const work = () => marked.parse("# Title\n\nSome **text**").replaceAll("\n", "");

export const fail = () => marked.parse(undefined);
