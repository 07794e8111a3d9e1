import { heddle } from "../../heddle.mjs";
import { started } from "./started.mjs";

const { Thread, tasksFrom } = await heddle("threads");
const { nothing } = tasksFrom(new URL("../../tasks.mjs", import.meta.url));

export const name = "heddle";
export const open = (count) => started(count, () => new Thread(nothing).start().join());
