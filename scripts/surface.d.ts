/** What `surface.mjs` writes; scripts/declarations.mjs says what is declared of it. */
declare module "*?surface";
