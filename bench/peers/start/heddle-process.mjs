import { heddle } from "../../heddle.mjs";
import { started } from "./started.mjs";

const { Process, tasksFrom } = await heddle("processes");
const { nothing } = tasksFrom(new URL("../../tasks.mjs", import.meta.url));

export const name = "heddle";
export const open = (count) => started(count, () => new Process(nothing).start().join());
