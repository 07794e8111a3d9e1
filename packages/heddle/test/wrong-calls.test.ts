import assert from "node:assert/strict";
import * as heddle from "@heddle/node-threads";
import { afterAll, describe, it } from "vitest";
import { declaredMethods } from "../../../scripts/forms.mjs";

const add = heddle.task(import.meta, (a: number, b: number) => a + b);
const pool = new heddle.Pool({ size: 1, minSize: 0 });
const ends = heddle.pipe();
afterAll(async () => {
  for (const end of ends) end.close();
  await pool.close();
});

const makers: Readonly<Record<string, () => object>> = {
  Barrier: () => new heddle.Barrier(2),
  Condition: () => new heddle.Condition(),
  Connection: () => ends[0],
  Pool: () => pool,
  TaskGroup: () => new heddle.TaskGroup(pool),
  Worker: () => new heddle.Worker(add, { args: [1, 2] }),
};
const make = (name: string): object => makers[name]?.() ?? Reflect.construct(Reflect.get(heddle, name), []);

const NUMBERS = [5, Number.NaN];
const OBJECTS = [{ nope: 1 }, [1], new Map(), new Date()];
const FUNCTIONS = [(): void => {}, class {}];
const OTHERS = ["text", true, 5n, Symbol("any"), null];

/** What is wrong for a parameter, by its declared type; nothing where anything may be given. */
const WRONG: readonly (readonly [type: RegExp, values: readonly unknown[]])[] = [
  [/Options\b/, [...NUMBERS, { nope: 1 }, [1], ...FUNCTIONS, ...OTHERS]],
  [/TaskCheck|MapCheck|GeneratorCheck|^Task</, [undefined, ...NUMBERS, ...OBJECTS, ...FUNCTIONS, ...OTHERS]],
  [/=>/, [undefined, ...NUMBERS, ...OBJECTS, ...OTHERS]],
  [/^(number|Scalar<K>)$/, [...OBJECTS, ...FUNCTIONS, ...OTHERS]],
  [/^string$/, [undefined, ...NUMBERS, ...OBJECTS, ...FUNCTIONS, true, 5n, null]],
  // The name of an event.
  [/^E$/, [undefined, ...NUMBERS, ...OBJECTS, ...FUNCTIONS, ...OTHERS, "drained"]],
  [/^(T|D|unknown)$/, []],
];

const wrongFor = (type: string): readonly unknown[] => {
  const found = WRONG.find(([types]) => types.test(type));
  assert.ok(found, `what is wrong for ${type}`);
  return found[1];
};

/** The parameters of a declaration: their types, and whether the last takes any number. */
function parametersOf(takes: string): string[] {
  const parameters: string[] = [];
  let depth = 0;
  let text = "";
  for (const [at, letter] of [...takes].entries()) {
    const isArrow = letter === ">" && takes[at - 1] === "=";
    if ("<([{".includes(letter)) depth++;
    if (">)]}".includes(letter) && !isArrow) depth--;
    if (letter === "," && depth === 0) {
      parameters.push(text);
      text = "";
    } else text += letter;
  }
  return [...parameters, text].filter(Boolean).map((each) => each.trim());
}

const typeOf = (parameter: string): string => parameter.replace(/^\w+\??: /, "");

/** The TypeError of a wrong call, which comes in the way that the method has, and says what there is to say. */
async function refusalOf(object: object, name: string, args: readonly unknown[], isAsync: boolean): Promise<TypeError> {
  const method = Reflect.get(object, name) as (...args: unknown[]) => unknown;
  const shown = `${Object.prototype.toString.call(object)} ${name}(${args.map((arg) => typeof arg).join(", ")})`;
  let error: unknown;
  try {
    const given = method.apply(object, [...args]);
    assert.ok(isAsync, `${shown} gave ${String(given)}`);
    await (given as Promise<unknown>).then(
      () => assert.fail(`${shown} was accepted`),
      (refusal: unknown) => {
        error = refusal;
      },
    );
  } catch (thrown) {
    assert.ok(!isAsync || thrown instanceof assert.AssertionError, `${shown} throws, and should reject: ${thrown}`);
    error = thrown;
  }
  assert.ok(error instanceof TypeError || error instanceof RangeError, `${shown}: ${error}`);
  return error;
}

function assertBeginsHere({ stack = "" }: Error): void {
  assert.match(stack.split("\n    at ")[1] ?? "", /wrong-calls\.test\.ts/, stack);
}

describe("what is declared is all that is taken", () => {
  for (const [name, methods] of Object.entries(declaredMethods())) {
    it(`${name}: no method takes more, or a first argument of another type`, async () => {
      const object = make(name);
      const group = name === "TaskGroup";
      for (const { name: method, takes, gives } of methods) {
        const parameters = parametersOf(takes);
        const isAsync = /^(Promise|Future)</.test(gives) && method !== "submit";
        if (!parameters.some((parameter) => parameter.startsWith("..."))) {
          const surplus = await refusalOf(object, method, [...parameters.map(() => undefined), 5], isAsync);
          assertBeginsHere(surplus);
          assert.match(surplus.message, /^\w+\.\w+ takes (no|one|two|three) arguments?, and was given a number/);
        }
        const [first] = parameters;
        if (first === undefined) continue;
        for (const [index, wrong] of wrongFor(typeOf(first)).entries()) {
          const error = await refusalOf(group ? new heddle.TaskGroup(pool) : object, method, [wrong], isAsync);
          // To write a stack out takes most of the time.
          if (index === 0) assertBeginsHere(error);
          assert.match(error.message, /, not |has no option|needs a task/, `${method}: ${error.message}`);
        }
      }
    });
  }
});

const ANY_FUNCTION = [undefined, ...NUMBERS, ...OBJECTS, ...OTHERS];
const NO_TASK = [...ANY_FUNCTION, ...FUNCTIONS];
const NO_STRING: readonly unknown[] = [undefined, ...NUMBERS, ...OBJECTS, ...FUNCTIONS, true, 5n, null];
const NO_NUMBER = [...OBJECTS, ...FUNCTIONS, ...OTHERS];
const NO_OPTIONS = [...NUMBERS, { nope: 1 }, [1], ...FUNCTIONS, ...OTHERS];
const NO_OBJECT = [undefined, ...NUMBERS, ...OTHERS, ...FUNCTIONS];

/** Of what is exported (an empty `import.meta` is what a bundler leaves of one): what is wrong for its first argument, and the arguments after it. */
const EXPORTED: Readonly<Record<string, readonly [wrong: readonly unknown[], ...rest: unknown[]]>> = {
  callback: [ANY_FUNCTION],
  asCompleted: [[undefined, 5, "text", true, {}, [1], null, () => {}]],
  inline: [ANY_FUNCTION],
  isMain: [[undefined, 5, "text", true, null, () => {}]],
  pipe: [[...NUMBERS, ...OBJECTS, ...FUNCTIONS, ...OTHERS]],
  registerClass: [[...ANY_FUNCTION, () => {}]],
  setExceptHook: [ANY_FUNCTION],
  sleep: [[undefined, Number.NaN, ...NO_NUMBER]],
  sleepSync: [[undefined, Number.NaN, ...NO_NUMBER]],
  task: [[undefined, 5, "text", true, null, () => {}], () => 1],
  tasksFrom: [[undefined, 5, "", true, {}, null, () => {}]],
  transfer: [NO_OBJECT, []],
  wait: [[undefined, 5, "text", true, {}, [1], null, () => {}]],
  waiting: [[undefined, ...NUMBERS, ...OBJECTS, ...FUNCTIONS, ...OTHERS]],
  activeWorkers: [[5]],
  availableParallelism: [[5]],
  current: [[5]],
  usage: [[5]],
};

const CONSTRUCTED: typeof EXPORTED = {
  Lock: [[5, "text", { nope: 1 }]],
  RLock: [[5, "text", { nope: 1 }]],
  RWLock: [[5, "text", { nope: 1 }]],
  Event: [[true, "text", {}]],
  Condition: [[5, "text", {}, new Map(), null, () => {}]],
  Semaphore: [NO_NUMBER],
  BoundedSemaphore: [NO_NUMBER],
  Barrier: [[undefined, ...NO_NUMBER]],
  Queue: [[{ nope: 1 }, [1], ...FUNCTIONS, ...OTHERS]],
  LifoQueue: [[{ nope: 1 }, [1], ...FUNCTIONS, ...OTHERS]],
  PriorityQueue: [[{ nope: 1 }, [1], ...FUNCTIONS, ...OTHERS]],
  Value: [NO_STRING.concat("i")],
  SharedArray: [NO_STRING.concat("i"), 1],
  SharedMap: [NO_OPTIONS.concat("text")],
  Connection: [[undefined]],
  Pool: [NO_OPTIONS],
  TaskGroup: [[undefined, ...NUMBERS, ...OBJECTS, ...FUNCTIONS, ...OTHERS]],
  Worker: [NO_TASK],
};

describe("what is exported takes nothing of another type", () => {
  for (const [name, [wrong, ...rest]] of Object.entries(EXPORTED)) {
    it(name, async () => {
      for (const first of wrong) {
        const error = await refusalOf(heddle, name, [first, ...rest], /^(sleep|wait)$/.test(name));
        assert.match(error.message, /needs |, not |takes no arguments|was given/, error.message);
      }
    });
  }

  for (const [name, [wrong, ...rest]] of Object.entries(CONSTRUCTED)) {
    it(`new ${name}, and its named`, async () => {
      const bound = Reflect.get(heddle, name) as new (...args: unknown[]) => object;
      const construct = { construct: (...args: unknown[]) => new bound(...args) };
      for (const first of wrong) await refusalOf(construct, "construct", [first, ...rest], false);
      if (!("named" in bound)) return;
      for (const first of NO_STRING) await refusalOf(bound, "named", [first, 1, 1], false);
    });
  }

  it("and these are all functions and classes that there are, but for errors", () => {
    const all = Object.entries(heddle).filter(([name, value]) => typeof value === "function" && !/Error$/.test(name));
    const known = new Set([...Object.keys(EXPORTED), ...Object.keys(CONSTRUCTED)]);
    assert.deepEqual(
      all.map(([name]) => name).filter((name) => !known.has(name)),
      ["Thread"].filter((name) => name in heddle),
    );
  });
});

it("an option of the adapter's own that is of another type is refused as any other, at the call", async () => {
  const worker = { make: (...args: unknown[]) => Reflect.construct(heddle.Worker, args) };
  const error = await refusalOf(worker, "make", [add, { args: [1, 2], execArgv: "--expose-gc" }], false);
  assert.equal(error.message, "execArgv is an array of strings, not a string");
  assertBeginsHere(error);
});
