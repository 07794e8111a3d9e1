import assert from "node:assert/strict";
import { describe, it } from "vitest";
import * as errors from "../src/contracts/errors.js";
import { openKernels } from "./kernels.js";

// Another copy of the same module, as two versions of a package in one program have it, or its two halves.
const copy = "../src/contracts/errors.js?copy";
const base = "../src/contracts/error.js?copy";

type ErrorClass = new (...args: never[]) => Error;
const classes = Object.entries(errors) as [string, ErrorClass][];
const make = (errorClass: ErrorClass): object => Object.create(errorClass.prototype);

describe("instanceof, of an error of another copy", () => {
  it("tells classes as in one copy", async () => {
    const others: Record<string, ErrorClass> = { ...(await import(copy)), ...(await import(base)) };
    assert.notEqual(others.TimeoutError, errors.TimeoutError);
    const one = make(others.TimeoutError as ErrorClass);
    assert.deepEqual(
      classes.filter(([, errorClass]) => one instanceof errorClass).map(([name]) => name),
      ["HeddleError", "TimeoutError"],
    );
  });

  it("knows every class", () => {
    for (const [name, errorClass] of classes) {
      const mark = { [Symbol.for(`heddle error ${name}`)]: true };
      assert.ok(mark instanceof errorClass, name);
      assert.ok(!({} instanceof errorClass) && !(Object(1) instanceof errorClass), name);
    }
  });

  it("leaves a class of the program's own, which extends one of them, its own instances only", () => {
    class Late extends errors.TimeoutError {}
    assert.ok(new Late("late") instanceof Late && new Late("late") instanceof errors.TimeoutError);
    assert.ok(!(new errors.TimeoutError("late") instanceof Late));
  });
});

it("an error of another copy's class arrives as one of this copy's", async () => {
  const other = ((await import(base)) as typeof errors).TimeoutError;
  assert.notEqual(other, errors.TimeoutError);
  const [kernel] = openKernels(1);
  const { text, blobs } = kernel.codec.packThrown(new other("late"));
  const arrived = kernel.codec.openAndRelease({ body: JSON.parse(text), blobs, references: undefined });
  assert.equal(Object.getPrototypeOf(arrived), errors.TimeoutError.prototype);
  assert.ok(arrived instanceof errors.TimeoutError && arrived.message === "late" && arrived.code === "HEDDLE_TIMEOUT");
});
