import type { Message } from '@tongban/federation/transport';
import { entryBytes, messageLimits } from './limits.js';

export const recentLimits = {
  /** Of all links of a host; above it everything is forgotten and read from the database. */
  maxBytes: 32 * 1024 * 1024,
  /** What could not be sent by then is read anew: its row may have changed (a dossier that was erased). */
  keptMs: 10_000,
} as const;

interface Kept {
  readonly message: Message;
  readonly bytes: number;
  readonly at: number;
}

/** Serialized size, never too low for entries; requests and refusals were bounded where they were made. */
const bytesOf = (message: Message): number =>
  message.kind === 'entry' ? entryBytes(message.entry) : messageLimits.messageOverheadBytes;

/**
 * Messages as they were just committed, so that they need not be read back to be sent. Only a short way: what is not
 * here is in the database, and everything may be forgotten at any time.
 */
export class RecentMessages<Link> {
  private readonly byLink = new Map<Link, Map<number, Kept>>();
  private bytes = 0;

  keep(link: Link, first: number, messages: readonly (Message | undefined)[], at: number): void {
    const kept = this.byLink.get(link) ?? new Map<number, Kept>();
    this.byLink.set(link, kept);
    for (const [index, message] of messages.entries()) {
      if (message === undefined || kept.has(first + index)) continue;
      const bytes = bytesOf(message);
      kept.set(first + index, { message, bytes, at });
      this.bytes += bytes;
    }
    if (this.bytes > recentLimits.maxBytes) this.forgetAll();
  }

  /** Without a gap from `from` on, as many as are here and `maxBytes` hold; none when the first is missing. */
  find(link: Link, from: number, until: number, maxBytes: number): Message[] {
    const kept = this.byLink.get(link);
    const found: Message[] = [];
    for (let [seq, bytes] = [from, 0]; seq <= until; seq++) {
      const one = kept?.get(seq);
      if (one === undefined) break;
      bytes += one.bytes;
      if (bytes > maxBytes && found.length > 0) break;
      found.push(one.message);
    }
    return found;
  }

  /** They were handed over: should they be wanted again, the database has them. */
  forget(link: Link, until: number): void {
    this.drop(link, (seq) => seq <= until);
  }

  forgetLink(link: Link): void {
    this.drop(link, () => true);
  }

  forgetOld(now: number): void {
    for (const link of this.byLink.keys()) this.drop(link, (_seq, { at }) => now - at >= recentLimits.keptMs);
  }

  private forgetAll(): void {
    this.byLink.clear();
    this.bytes = 0;
  }

  private drop(link: Link, gone: (seq: number, kept: Kept) => boolean): void {
    const kept = this.byLink.get(link);
    if (kept === undefined) return;
    for (const [seq, one] of kept) {
      if (!gone(seq, one)) continue;
      kept.delete(seq);
      this.bytes -= one.bytes;
    }
    if (kept.size === 0) this.byLink.delete(link);
  }
}
