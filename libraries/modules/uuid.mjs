import { v5, v7, validate } from "uuid";

export const work = () => [validate(v7()), v5("heddle", v5.URL)];

export const fail = () => v5("heddle", "no namespace");
