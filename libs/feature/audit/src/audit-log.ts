import type { Transactor } from '@tongban/federation/nest';
import { RefusalError } from '@tongban/kernel';
import type { AuditEvent, AuditPort } from '@tongban/platform/http';
import { appendLines } from './audit-store.js';
import type { UnchainedLine } from './chain.js';

export const auditLimits = {
  /** Lines of one transaction. */
  batch: 500,
  /** What waits in memory; beyond it a reading is refused, and what need not wait is counted as lost. */
  waiting: 10_000,
  retryMs: 1_000,
} as const;

/** The operation under which the log tells how many lines it had to drop. */
export const droppedOperation = 'auditDropped';

interface Waiting {
  readonly line: UnchainedLine;
  readonly settle?: { readonly done: () => void; readonly failed: (error: unknown) => void };
}

interface Parts {
  readonly transactor: Transactor;
  readonly clock: { now(): number };
  readonly log: (level: 'warn', message: string, fields: Readonly<Record<string, unknown>>) => void;
}

/** Writes the lines of a process in batches, one transaction after the other. */
export class AuditLog implements AuditPort {
  private waiting: Waiting[] = [];
  private dropped = 0;
  private writing: Promise<void> | undefined;
  private retry: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(private readonly parts: Parts) {}

  write(event: AuditEvent): Promise<void> {
    if (this.stopped || this.waiting.length >= auditLimits.waiting) return Promise.reject(unavailable());
    return new Promise((done, failed) => {
      this.waiting.push({ line: this.lineOf(event), settle: { done, failed } });
      this.begin();
    });
  }

  note(event: AuditEvent): void {
    if (this.stopped || this.waiting.length >= auditLimits.waiting) this.dropped++;
    else this.waiting.push({ line: this.lineOf(event) });
    this.begin();
  }

  /** Writes what waits, once, and takes nothing more. */
  async stop(): Promise<void> {
    clearTimeout(this.retry);
    await this.writing;
    this.stopped = true;
    clearTimeout(this.retry);
    if (this.waiting.length > 0) await this.drain();
    for (const { settle } of this.waiting) settle?.failed(unavailable());
  }

  private begin(): void {
    if (this.stopped || this.writing !== undefined || this.retry !== undefined) return;
    this.writing = this.drain().finally(() => {
      this.writing = undefined;
      if (this.waiting.length > 0 && !this.stopped) {
        this.retry = setTimeout(() => {
          this.retry = undefined;
          this.begin();
        }, auditLimits.retryMs);
      }
    });
  }

  private async drain(): Promise<void> {
    while (this.waiting.length > 0) {
      const batch = this.waiting.slice(0, auditLimits.batch);
      const dropped = this.dropped;
      const lines = batch.map(({ line }) => line);
      try {
        await this.parts.transactor.run((sql) =>
          appendLines(sql, dropped > 0 ? [...lines, this.droppedLine(dropped)] : lines),
        );
      } catch (error) {
        this.parts.log('warn', 'the audit log could not be written', {
          waiting: this.waiting.length,
          reason: String(error),
        });
        // A reading is refused rather than kept waiting; the rest is tried again.
        this.waiting = this.waiting.filter(
          ({ settle }) => settle === undefined || (settle.failed(unavailable()), false),
        );
        return;
      }
      this.dropped -= dropped;
      this.waiting.splice(0, batch.length);
      for (const { settle } of batch) settle?.done();
    }
  }

  private lineOf({ node, subject, role, division, record, code, ...event }: AuditEvent): UnchainedLine {
    const absent = { subject: subject ?? null, role: role ?? null, division: division ?? null };
    return {
      ...event,
      ...absent,
      node: node ?? '',
      record: record ?? null,
      code: code ?? null,
      at: this.parts.clock.now(),
    };
  }

  private droppedLine(count: number): UnchainedLine {
    const nobody = { node: '', subject: null, role: null, division: null, record: null, address: '', traceId: '' };
    return { ...nobody, operation: droppedOperation, status: 503, code: String(count), at: this.parts.clock.now() };
  }
}

const unavailable = (): RefusalError =>
  new RefusalError({ code: 'service.unavailable', detail: '审计日志暂时无法写入，请稍后重试' });
