import { runIfMain, squareOf } from "./passes-on.mjs";

/** The task belongs to this module, with any caller. */
const square = squareOf(import.meta);
await runIfMain(import.meta, square);
