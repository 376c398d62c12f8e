import type { CatalogueLog } from '../catalogue-view.js';

/** Says that something is wrong once, however often it is tried again, and once when it is well again. */
export class LogOnce {
  private told: string | undefined;

  constructor(
    private readonly log: CatalogueLog,
    private readonly what: string,
  ) {}

  failed(error: unknown): void {
    const reason = String(error);
    if (this.told === reason) return;
    this.told = reason;
    this.log('warn', `${this.what} is interrupted`, { reason });
  }

  succeeded(): void {
    if (this.told === undefined) return;
    this.told = undefined;
    this.log('info', `${this.what} works again`);
  }
}
