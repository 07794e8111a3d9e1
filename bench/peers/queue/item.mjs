/** What goes through. */
export const item = { id: 12, name: "Ada", isActive: true };
