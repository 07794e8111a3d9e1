/** How processes come by what they share, and hear of each other's ends. Each kind of system has its own way. */
export interface System {
  /** By which processes tell those that they start of it. */
  readonly name: string;
  /**
   * A file that is in no directory: it lives as long as somebody has it open or mapped, so nobody has to clear it away. Its `name` is
   * for people who look at what is open.
   */
  makeFile(name: string): number;
  /** Has the system set aside that part of a file, so that it can be written to. False if it has no room. */
  setAside(fd: number, position: number, bytes: number): boolean;
  /** Nobody needs that part of a file any more: its memory is free, where the system can do that. It reads as zeros, or as before. */
  giveBack(fd: number, position: number, bytes: number): void;
  readonly bells: Bells;
  /** Lets a process that is about to be started have its share. */
  handOn(share: Share<Bell>): HandedOn;
  /**
   * In that process: takes it, and has this process end with its creator. Undefined if that is no more.
   *
   * @param inherited what {@link HandedOn.inherited} are here
   */
  receive(birth: unknown, inherited: readonly number[]): Share<Knocker> | undefined;
}

/** What a process has in common with its creator. */
export interface Share<CreatorsBell> {
  /** The region's file. */
  readonly region: number;
  /** The files of what its creator tells it, and of what it tells its creator. */
  readonly inbox: number;
  readonly outbox: number;
  /** Its own bell, and its creator's. */
  readonly bell: Bell;
  readonly creator: CreatorsBell;
}

/** What is on its way to a process, and then what is left of it with its creator. */
export interface HandedOn {
  /** What the process is told of it: plain data. */
  readonly birth: unknown;
  /** Descriptors that it inherits. */
  readonly inherited: readonly number[];
  /** It has been started, or could not be: a descriptor at which there is something to read when it has ended; -1 if there is none. */
  started(pid: number | undefined): number;
  /** Ends it, whatever user it is by now. */
  sever(): void;
  /** It has ended, perhaps by a signal, or could not be started. */
  close(wasKilled: boolean): void;
}

/** What descriptors that are inherited one after another are in the new process: behind its input and output, and the program's channel. */
export const inOrder = (inherited: readonly number[]): number[] => inherited.map((_, n) => FIRST_INHERITED + n);
const FIRST_INHERITED = 4;

/** A way to tell a process that there is something new. */
export interface Bells {
  make(): Bell;
  /**
   * Makes a bell this process's own, once, before others can find it. Undefined, or another way by which they can knock at it, if it
   * is not open to all of them.
   */
  own(bell: Bell): SideDoor | undefined;
  /** Somebody else's bell, by its place; undefined if it is no longer there. Whatever fails, it does not throw. */
  find(place: Place): Knocker | undefined;
}

/** Where a bell is to be found: words of 32 bits, {@link PLACE_WORDS} at most. The first is never 0. */
export type Place = readonly number[];
export const PLACE_WORDS = 4;

/** A bell, as its owner has it. Anyone who has the descriptor can be its owner, one after the other. */
export interface Bell {
  /** There is something to read here when somebody has knocked. */
  readonly fd: number;
  /** What a reader finds: all knocks since the last time as bytes in a row, or each by itself. */
  readonly carries: "bytes" | "datagrams";
  readonly place: Place;
  /** So many knocks it holds in any case: behind these, others may have been lost. */
  readonly holds: number;
  /** Knocks at it oneself. */
  readonly knocker: Knocker;
  close(): void;
}

/** A way to a bell for those who may not open it. What is heard there may be a ring, and mail. */
export interface SideDoor {
  /** There is something to read here when somebody has knocked. */
  readonly fd: number;
  /** Whether somebody has, since this was called last. */
  heard(): boolean;
  /** Has the event loop call `hear` when somebody may have knocked, without keeping it alive. */
  listen(hear: () => void): void;
}

/** A bell, as others have it. */
export interface Knocker {
  /**
   * One that is full of knocks has enough to hear; one that nobody has any more needs nothing. It does not throw: false if its owner
   * may not have heard it, and it is to be done again.
   */
  knock(what: Knock): boolean;
  close(): void;
}

/*
 * What is new lies elsewhere, in memory that both share; so a knock may be superfluous, and it does no harm if one is heard twice.
 */

/** There is something new for a sleeper, or in a mailbox. */
export type Knock = typeof RING | typeof MAIL;
export const RING = 1;
export const MAIL = 2;

export const bytesOf = { [RING]: new Uint8Array([RING]), [MAIL]: new Uint8Array([MAIL]) };
