import * as tasks from "../../tasks.mjs";

const byName = new Map(Object.entries(tasks));

// biome-ignore lint/style/noDefaultExport: tinypool's processes know no other name.
export default ({ task, args }) => byName.get(task)(...args);
