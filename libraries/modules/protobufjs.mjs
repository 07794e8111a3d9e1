import protobuf from "protobufjs";

const { root } = protobuf.parse(`syntax = "proto3"; message Person { string name = 1; uint32 born = 2; }`);
const Person = root.lookupType("Person");

export function work() {
  const bytes = Person.encode({ name: "Ada", born: 1815 }).finish();
  return [bytes.length, Person.toObject(Person.decode(bytes))];
}

export const fail = () => Person.decode(Buffer.from([0x0a, 0x0a]));
