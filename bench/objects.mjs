/** About so many bytes of JSON. @param {number} bytes */
export const objects = (bytes) =>
  Array.from({ length: Math.ceil(bytes / 95) }, (_, id) => ({
    id,
    name: `user${id}`,
    email: `u${id}@example.com`,
    tags: ["a", "b"],
    score: id / 7,
    isActive: true,
  }));
