/** A file of Lua, as the bundler brings it: its text. */
declare module "*.lua" {
  const text: string;
  // biome-ignore lint/style/noDefaultExport: the bundler has no other.
  export default text;
}
