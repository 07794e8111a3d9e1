import { z } from "zod";

const person = z.object({ name: z.string(), born: z.coerce.date() });

export const work = () => person.parse({ name: "Ada", born: "1815-12-10" });

export const fail = () => person.parse({ name: "Ada", born: "never" });
