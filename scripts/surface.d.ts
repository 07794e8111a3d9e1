/** The module that `surface.mjs` writes; scripts/declarations.mjs has its declarations. */
declare module "*?surface";
