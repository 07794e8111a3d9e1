/** The outcome of a call, as far as its caller can tell. */
export type Outcome = { readonly gives: unknown } | { readonly throws: string };

export const gives = (value?: unknown): Outcome => ({ gives: value });
export const throws = (name: string): Outcome => ({ throws: name });

/** Where calls wait: a plain description of one kind of object, without threads, sleep, memory or death. */
export interface Gate {
  /** `call` waits no longer. */
  onCancel(call: Call): void;
  /** `call` takes what it was granted. */
  redeem(call: Call): Outcome;
  /** `call` does not want what it was granted, or has died with it. */
  passGrant(call: Call): void;
  /** The outcome of a call whose time is up. */
  readonly late: Outcome;
}

/** Whose turn it is. */
export const turn = { thread: -1 };

/** Counts up: calls of one thread that may end together end in the order in which they began to wait. */
let serial = 0;

/** One call of a thread's, from its beginning to its outcome. */
export class Call {
  readonly thread: number;
  readonly name: string;
  readonly timeout: number;
  outcome: Outcome | undefined;
  /** When it times out. */
  due = Number.POSITIVE_INFINITY;
  mayAbort = false;
  serial = 0;
  gate: Gate | undefined;
  isGranted = false;
  /** By its own thread, which sees it in the same turn. */
  isGrantedHere = false;
  /** The work left when the wait is over, as when a condition's lock is taken again. */
  next: ((outcome: Outcome) => void) | undefined;

  constructor(thread: number, name: string, timeout: number) {
    this.thread = thread;
    this.name = name;
    this.timeout = timeout;
  }

  get isWaiting(): boolean {
    return this.gate !== undefined;
  }

  park(gate: Gate, waitQueue: Call[]): void {
    this.gate = gate;
    this.serial = serial++;
    waitQueue.push(this);
  }

  /** Its wait is over as soon as its thread hears of it. */
  grant(): void {
    this.isGranted = true;
    this.isGrantedHere = this.thread === turn.thread;
  }

  end(outcome: Outcome): void {
    const { next } = this;
    this.gate = undefined;
    this.isGranted = false;
    this.isGrantedHere = false;
    this.due = Number.POSITIVE_INFINITY;
    this.mayAbort = false;
    this.next = undefined;
    if (next === undefined) this.outcome = outcome;
    else following.push(() => next(outcome));
  }

  /** Its time is up. A grant that came before that came in time. */
  timeOut(): void {
    const { gate } = this;
    if (this.isGranted) {
      this.redeem();
    } else {
      gate?.onCancel(this);
      this.end((gate as Gate).late);
    }
  }

  abort(): void {
    this.giveUp();
    this.end(throws("AbortError"));
  }

  giveUp(): void {
    if (this.isGranted) this.gate?.passGrant(this);
    else this.gate?.onCancel(this);
  }

  redeem(): void {
    this.end((this.gate as Gate).redeem(this));
  }
}

/** The work after the ends of waits: promises are followed up once everything that ends together has ended. */
const following: (() => void)[] = [];

export function followUp(): void {
  for (let follow = following.shift(); follow !== undefined; follow = following.shift()) follow();
}

export function remove(waitQueue: Call[], call: Call): void {
  const at = waitQueue.indexOf(call);
  if (at !== -1) waitQueue.splice(at, 1);
}
