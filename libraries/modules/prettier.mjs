import { format } from "prettier";

export const work = async () => (await format("const names=['Ada']", { parser: "babel" })).trim();

export const fail = () => format("const = 1", { parser: "babel" });
