import type { EventEmitter } from 'node:events';

interface Call extends EventEmitter {
  destroy(): unknown;
}

/** Ends the stream of a call that stands still, lasts too long or was given up by the other side. */
export class Fuse {
  private hasBlown = false;
  private readonly idle: NodeJS.Timeout;
  private readonly whole: NodeJS.Timeout;
  private readonly blow: () => void;
  /** Resolves when the call is over before its time; never when it ends well. */
  readonly broken: Promise<void>;

  constructor(call: Call, limits: { readonly idleTimeoutMs: number; readonly transferTimeoutMs: number }) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.broken = promise;
    this.blow = () => {
      if (this.hasBlown) return;
      this.hasBlown = true;
      this.clear();
      call.destroy();
      resolve();
    };
    this.idle = setTimeout(this.blow, limits.idleTimeoutMs);
    this.whole = setTimeout(this.blow, limits.transferTimeoutMs);
    call.once('cancelled', this.blow);
  }

  get blown(): boolean {
    return this.hasBlown;
  }

  /** A sign of life. */
  touch(): void {
    if (!this.hasBlown) this.idle.refresh();
  }

  clear(): void {
    clearTimeout(this.idle);
    clearTimeout(this.whole);
  }
}
