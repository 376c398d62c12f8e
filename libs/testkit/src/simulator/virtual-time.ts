interface Event {
  readonly at: number;
  readonly order: number;
  body: (() => void) | undefined;
}

/** A clock that moves from event to event; every wait of the simulated world is an event here. */
export class VirtualTime {
  events = 0;
  private current: number;
  private order = 0;
  private readonly heap: Event[] = [];

  constructor(start: number) {
    this.current = start;
  }

  now(): number {
    return this.current;
  }

  /** Calls `body` after `ms`; the returned function cancels it. */
  after(ms: number, body: () => void): () => void {
    const event: Event = { at: this.current + Math.max(0, ms), order: this.order++, body };
    this.push(event);
    return () => {
      event.body = undefined;
    };
  }

  wait(ms: number): Promise<void> {
    return new Promise((resolve) => this.after(ms, resolve));
  }

  /** Runs events in the order of their time up to `until`; after each, everything that it set off. */
  async run(until: number): Promise<void> {
    for (let event = this.heap[0]; event !== undefined && event.at <= until; event = this.heap[0]) {
      this.pop();
      if (event.body === undefined) continue;
      this.current = event.at;
      this.events++;
      event.body();
      await settled();
    }
    this.current = Math.max(this.current, until);
  }

  private push(event: Event): void {
    let index = this.heap.push(event) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!before(event, this.heap[parent]!)) break;
      this.heap[index] = this.heap[parent]!;
      index = parent;
    }
    this.heap[index] = event;
  }

  private pop(): void {
    const last = this.heap.pop()!;
    if (this.heap.length === 0) return;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= this.heap.length) break;
      if (child + 1 < this.heap.length && before(this.heap[child + 1]!, this.heap[child]!)) child++;
      if (!before(this.heap[child]!, last)) break;
      this.heap[index] = this.heap[child]!;
      index = child;
    }
    this.heap[index] = last;
  }
}

const before = (left: Event, right: Event): boolean =>
  left.at < right.at || (left.at === right.at && left.order < right.order);

/** Immediates asked for at once: one round of the real event loop costs as much as several events. */
const immediatesAtOnce = 64;
const unsettled: (() => void)[] = [];
let immediatesLeft = 0;

/**
 * Nothing in the world waits for anything real, so when the promises have run there is nothing left to run. Between two
 * immediates of one round Node runs all promises, as it does between two rounds.
 */
const settled = (): Promise<void> =>
  new Promise((resolve) => {
    unsettled.push(resolve);
    if (immediatesLeft > 0) return;
    immediatesLeft = immediatesAtOnce;
    for (let count = 0; count < immediatesAtOnce; count++) {
      setImmediate(() => {
        immediatesLeft--;
        unsettled.shift()?.();
      });
    }
  });
