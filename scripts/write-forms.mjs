import { writeTable } from "./forms.mjs";

writeTable();
