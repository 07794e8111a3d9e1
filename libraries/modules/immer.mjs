import { enableMapSet, produce } from "immer";

enableMapSet();

const before = produce({ names: new Set(["Ada"]) }, () => {});

export const work = () =>
  produce(before, (draft) => {
    draft.names.add("Alan");
  });

export const fail = () => before.names.add("Alan");
