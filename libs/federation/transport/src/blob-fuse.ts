import type { EventEmitter } from 'node:events';

/** Blows when a call stands still, lasts too long or was given up by the other side. */
export class Fuse {
  private hasBlown = false;
  private readonly idle: NodeJS.Timeout;
  private readonly whole: NodeJS.Timeout;
  private readonly blow: () => void;
  /** Resolves when the call is over before its time; never when it ends well. */
  readonly broken: Promise<void>;

  constructor(
    call: EventEmitter,
    limits: { readonly idleTimeoutMs: number; readonly transferTimeoutMs: number },
    onBlown: () => void,
  ) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.broken = promise;
    this.blow = () => {
      if (this.hasBlown) return;
      this.hasBlown = true;
      this.clear();
      onBlown();
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
