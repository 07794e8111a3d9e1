export class Point {
  constructor(x: number);
  readonly x: number;
}
export class TooFar extends Error {
  readonly far: number;
}
export function square(n: number): number;
export function shift(point: Point, by: number): Point;
export function bytes(n: number): Uint8Array;
export function length(value: Uint8Array): number;
export function pidOf(): number;
export function crash(): void;
export function unsendable(): unknown;
export function fail(message: string): void;
export function failAtTwo(n: number): Promise<number>;
export function unsentAtTwo(n: number): unknown;
export function unpackedAtTwo(n: number): unknown;
export function unmadeAtTwo(n: number): unknown;
export function failWithPart(): void;
export function throwUnsendable(): void;
export function waitForStop(): Promise<void>;
export function nap(milliseconds: number): Promise<number>;
export function compute(milliseconds: number): string;
