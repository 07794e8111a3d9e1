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
  /** Prepares what a process that is about to be started shares with this one. */
  prepareShare(share: Share<Bell>): PreparedShare;
  /**
   * In that process: takes it, and has this process end with its creator. Undefined if that is no more.
   *
   * @param inherited the numbers here of {@link PreparedShare.inherited}
   */
  receive(startup: unknown, inherited: readonly number[]): Share<Waker> | undefined;
}

/** The things that a process has in common with its creator. */
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

/** The things that a process is about to share with its creator, and then the part of them that stays with the creator. */
export interface PreparedShare {
  /** The process's data about it: plain data. */
  readonly startup: unknown;
  /** Descriptors that it inherits. */
  readonly inherited: readonly number[];
  /**
   * It has been started, or could not be. Gives a descriptor at which there is something to read when it has ended; -1 if there is none.
   */
  started(pid: number | undefined): number;
  /** Ends it, also if it has changed its user. */
  sever(): void;
  /** It has ended, perhaps by a signal, or could not be started. */
  close(wasKilled: boolean): void;
}

/**
 * The numbers in the new process of descriptors that are inherited one after another: behind its input and output, and the program's
 * channel.
 */
export const inOrder = (inherited: readonly number[]): number[] => inherited.map((_, n) => FIRST_INHERITED + n);
const FIRST_INHERITED = 4;

/** A way to tell a process that there is something new. */
export interface Bells {
  make(): Bell;
  /**
   * Makes a bell this process's own, once, before others can find it. Returns another way to ring it, if the bell itself is not open to
   * all of them.
   */
  own(bell: Bell): WakeSocket | undefined;
  /** Another process's bell, by its address; undefined if it is no longer there. Does not throw. */
  find(place: BellAddress): Waker | undefined;
}

/** Where a bell is to be found: words of 32 bits, {@link BELL_ADDRESS_WORDS} at most. The first is never 0. */
export type BellAddress = readonly number[];
export const BELL_ADDRESS_WORDS = 4;

/** A bell, as its owner has it. Anyone who has the descriptor can be its owner, one after the other. */
export interface Bell {
  /** There is something to read here after a wake-up. */
  readonly fd: number;
  /** The form in which a reader finds wake-ups: all since the last time as bytes in a row, or each by itself. */
  readonly carries: "bytes" | "datagrams";
  readonly address: BellAddress;
  /** How many wake-ups it holds in any case: behind these, others may have been lost. */
  readonly holds: number;
  /** Rings it oneself. */
  readonly waker: Waker;
  close(): void;
}

/** A socket by which processes that may not open a bell ring it. A wake-up there may be a ring or a message. */
export interface WakeSocket {
  /** There is something to read here after a wake-up. */
  readonly fd: number;
  /** Whether there was one, since this was called last. */
  heard(): boolean;
  /** Has the event loop call `hear` when there may have been a wake-up, without keeping it alive. */
  listen(hear: () => void): void;
}

/** A bell, as others have it. */
export interface Waker {
  /**
   * Rings the bell. One that is full rings anyway; one that nobody has any more needs nothing. Does not throw: false if its owner may not
   * hear it, and it is to be called again.
   */
  wake(what: WakeReason): boolean;
  close(): void;
}

/*
 * The news lies elsewhere, in memory that both share. So a wake-up may be superfluous, and it does no harm if one is heard twice.
 */

/** There is something new for a sleeper, or in a mailbox. */
export type WakeReason = typeof BELL | typeof MESSAGE;
export const BELL = 1;
export const MESSAGE = 2;

export const bytesOf = { [BELL]: new Uint8Array([BELL]), [MESSAGE]: new Uint8Array([MESSAGE]) };
