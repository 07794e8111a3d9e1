export const name = "a module whose last statement ends the worker";

Deno.exit();
