import { writeTable } from "./compatibility.mjs";

writeTable();
