// @ts-check
/** Processes where there are some; elsewhere, what the import says. */
try {
  const { adapter } = await import("heddle/processes");
  console.log(adapter.name);
} catch (error) {
  console.log(Reflect.get(/** @type {object} */ (error), "code"));
}
