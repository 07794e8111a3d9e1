import { Ajv } from "ajv";

export function work() {
  const validate = new Ajv().compile({ type: "object", properties: { age: { type: "integer" } } });
  return [validate({ age: 36 }), validate({ age: "old" }), validate.errors[0].message];
}

export const fail = () => new Ajv({ logger: false }).compile({ type: "thing" });
