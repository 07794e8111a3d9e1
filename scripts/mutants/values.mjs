/**
 * Ways to break what the codec takes a value for, and what it makes of errors.
 *
 * @type {readonly import("./list.mjs").Mutant[]}
 */
export const values = [
  {
    name: "transfer: a buffer that the runtime keeps is found only once others are moved",
    file: "kernel/message/transfer.ts",
    find: "return buffers.find(isKept);",
    replace: "return undefined;",
  },
  {
    name: "brands: a value that claims to be of a kind is taken for it",
    file: "kernel/message/brands.ts",
    find: "return WITHOUT_SLOTS.has(kind) || hasSlotOf(kind, value) ? kind : IMPOSTOR;",
    replace: "return kind;",
  },
  {
    name: "brands: an object of another realm is always taken for a plain object",
    file: "kernel/message/brands.ts",
    find: 'return isTagged && root !== Object.prototype ? foreignBrand(value) : "Object";',
    replace: 'return "Object";',
  },
  {
    name: "values: a value without properties is sent as an empty object",
    file: "kernel/message/sendable.ts",
    find: "  return sendModeWithoutProperties(value);\n",
    replace: '  return { as: "object" };\n',
  },
  {
    name: "values: a platform object with properties of the program is copied as a plain object",
    file: "kernel/message/sendable.ts",
    find: " && platformTag(value) === undefined) return",
    replace: ") return",
  },
  {
    name: "errors: a part that cannot be sent keeps all of it from being sent",
    file: "kernel/message/pack.ts",
    find: "    } catch {\n      return NONE;\n    }",
    replace: '    } catch {\n      return this.#refuse("it cannot be sent", index);\n    }',
  },
  {
    name: "errors: a part of an error that is a value cannot be left out",
    file: "kernel/message/pack.ts",
    find: "    if (!this.#isLenient) {\n      this.#errors.push(index);",
    replace: "    if (this.#errors.length < 0) {\n      this.#errors.push(index);",
  },
  {
    name: "errors: a view stays whose buffer is left out",
    file: "kernel/message/pack.ts",
    find: "if (this.#isLenient && leaveOutHolders(nodes))",
    replace: "if (this.#isLenient && leaveOutHolders([]))",
  },
  {
    name: "errors: properties that are not enumerable arrive enumerable",
    file: "kernel/message/unpack.ts",
    find: "if (i < shownFrom) setHidden(error, key, value);",
    replace: "if (i < 0) setHidden(error, key, value);",
  },
  {
    name: "errors: a stack may be any value that the program's hook returns",
    file: "kernel/message/errors.ts",
    find: 'if (typeof stack === "string") return stack;',
    replace: "return stack as string;",
  },
  {
    name: "transfer: a value that cannot be moved is left to postMessage",
    file: "kernel/message/transfer.ts",
    find: '  if (!isMoved(one)) refuse("it is marked with transfer, and cannot be moved: leave it out of the list", one);\n',
    replace: "",
  },
  {
    name: "values: the memory of the region is copied",
    file: "kernel/message/pack.ts",
    find: "    if (this.#host.isRegion(buffer)) this.#refuse(REGION_ADVICE, index);\n",
    replace: "",
  },
  {
    name: "values: a message that is too large is refused without its limit",
    file: "kernel/large.ts",
    find: "  if (bytes > MOST_BYTES) throw tooLarge(bytes);\n",
    replace: "",
  },
  {
    name: "errors: a getter that throws keeps an error from being sent",
    file: "kernel/message/errors.ts",
    find: "  } catch {\n    return otherwise;\n",
    replace: "  } catch (error) {\n    if (otherwise !== undefined) throw error;\n    return otherwise;\n",
  },
  {
    name: "values: holes of an array are looked at one by one",
    file: "kernel/message/numbers.ts",
    find: `  for (; i < array.length; i++) if (typeof array[i] !== "number") return undefined;
  return DOUBLES;`,
    replace: `  return array.slice(i).every((item) => typeof item === "number") ? DOUBLES : undefined;`,
  },
  {
    name: "long text: half of a surrogate pair goes as UTF-8",
    file: "kernel/message/long-text.ts",
    find: "text.isWellFormed() ? encoder.encode(text) : unitsOf(text)",
    replace: "encoder.encode(text)",
  },
  {
    name: "long text: a byte order mark is left out",
    file: "kernel/message/long-text.ts",
    find: 'new TextDecoder("utf-8", { ignoreBOM: true })',
    replace: 'new TextDecoder("utf-8")',
  },
  {
    name: "long text: text that proves not to be ASCII is cut",
    file: "kernel/message/long-text.ts",
    find: "        this.#takeAnother();\n        return false;\n",
    replace: "",
  },
  {
    name: "numbers: -0 goes as an integer",
    file: "kernel/message/numbers.ts",
    find: "!Object.is(item | 0, item)",
    replace: "(item | 0) !== item",
  },
  {
    name: "changing: numbers are read from an array that a getter may change",
    file: "kernel/message/pack.ts",
    find: "const items = isOwn ? value : itemsOf(value);",
    replace: "const items = isOwn || itemsOf(value) ? value : undefined;",
  },
  {
    name: "changing: JSON reads a getter once more",
    file: "kernel/message/plain.ts",
    find: "listOf(plain, root));",
    replace: "listOf(value, root));",
  },
  {
    name: "changing: a view is measured before its buffer changes",
    file: "kernel/message/pack.ts",
    find: '    this.#unread.push(index);\n    return ["v", type, at];\n',
    replace: "    return this.#bytes.ofView(view, type, at, index);\n",
  },
  {
    name: "changing: an ArrayBuffer is read before it changes",
    file: "kernel/message/pack.ts",
    find: '    this.#unread.push(index);\n    return ["u"];\n',
    replace: "    return this.#readBuffer(buffer, index);\n",
  },
  {
    name: "changing: a property that a getter has deleted arrives as undefined",
    file: "kernel/message/pack.ts",
    find: "        if (part === undefined && !Object.hasOwn(value, key)) continue;\n",
    replace: "",
  },
  {
    name: "changing: an object that a getter has disposed of is tied up",
    file: "kernel/message/pack.ts",
    find: "      if (!this.#host.isShared(one)) {\n",
    replace: "      if (one === undefined) {\n",
  },
  {
    name: "changing: a Proxy of an array has any length",
    file: "kernel/message/pack.ts",
    find: '    if (!isLength(length)) this.#refuse("it has a length that no array has", index);\n',
    replace: "",
  },
  {
    name: "changing: a hole is taken for an item where a property makes up for it",
    file: "kernel/message/shapes.ts",
    find: "  for (let i = 0; i < items.length; i++) if (!(i in array)) return undefined;\n",
    replace: "",
  },
  {
    name: "values: a toJSON that all objects have is believed",
    file: "kernel/message/json.ts",
    find: '"toJSON" in Array.prototype ?',
    replace: '"toJSON" in Array ?',
  },
  {
    name: "values: a start may have arguments of any size",
    file: "kernel/message/message-bytes.ts",
    find: "    if (this.#total > MOST_BYTES) this.#refuse(limitAdvice(this.#total), index);\n",
    replace: "",
  },
  {
    name: "transfer: a buffer that was copied, as Node 20 does, counts as moved",
    file: "kernel/message/transfer.ts",
    find: "  if (only !== undefined && !isDetached(only)) refuse(why, only);\n",
    replace: "",
  },
  {
    name: "transfer: Node 20 cannot tell which of several buffers it keeps",
    file: "kernel/message/transfer.ts",
    find: "[isKeptByTransfer, isKeptByList]",
    replace: "[isKeptByTransfer]",
  },
  {
    name: "map: a typed array that was moved away has no items",
    file: "pool/map.ts",
    find: "isPlainView && view.length > 0 ?",
    replace: "isPlainView ?",
  },
  {
    name: "errors: an error that ends a worker arrives as the runtime copies it",
    file: "worker/serve.ts",
    find: "      sent = handOver(kernel, kernel.codec.packThrown(error));\n",
    replace: "",
  },
  {
    name: "priority queue: items with equal packed keys come out in any order",
    file: "queue/item-heap.ts",
    find: "if (lower !== itsLower) return lower < itsLower;",
    replace: "return lower < itsLower;",
  },
  {
    name: "priority queue: the packed keys of negative integers do not tell their age",
    file: "queue/item-heap.ts",
    find: "if (lower !== 0 && lower !== -1) return",
    replace: "if (lower !== 0) return",
  },
];
