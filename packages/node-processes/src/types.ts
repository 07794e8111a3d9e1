/**
 * The types that programs seldom write, such as that of a class itself (`LockConstructor`): the compiler finds here what it has to name.
 *
 * @module
 */
export type * from "@heddle/core/contracts";
