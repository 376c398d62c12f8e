import type { FrameRefused, Transactor } from '@tongban/federation/nest';
import type { PeerRefused, UnreadableFrame } from '@tongban/federation/transport';
import type { NodeCode, RefusalCode } from '@tongban/kernel';
import type { AuditEvent, AuditPort } from '@tongban/platform/http';
import { Counter, type Logger, type Metrics } from '@tongban/platform/telemetry';

export const strangerLimits = {
  /** Lines of the audit log about one stranger's refusals of one kind; all of them are counted. */
  linesPerMinute: 20,
  /** Strangers told apart within a minute. */
  tellApart: 1_000,
  /** Different unreadable frames that are kept in mind; more are counted only. */
  unreadableRows: 10_000,
} as const;

const minuteMs = 60_000;
const forbidden = 403;

interface Parts {
  readonly audit: AuditPort;
  readonly transactor: Transactor;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly clock: { now(): number };
  /** In whose audit log it stands when nobody else's node is meant. */
  readonly node: NodeCode;
}

/** What the hub did not let somebody do, as its log has it. */
export interface HubRefusal {
  readonly operation: 'publish' | 'subscription';
  readonly subject: string;
  /** Public nkey of who tried. */
  readonly user: string;
  /** From where. */
  readonly address: string;
}

function counters({ registry }: Metrics) {
  return {
    peer: new Counter({
      name: 'tongban_peer_refused_total',
      help: 'Calls and frames of other hosts that were refused for who they came from.',
      labelNames: ['method', 'code'],
      registers: [registry],
    }),
    frame: new Counter({
      name: 'tongban_frame_refused_total',
      help: 'Frames that came in the name of a node and were not genuine.',
      labelNames: ['frame', 'code'],
      registers: [registry],
    }),
    hub: new Counter({
      name: 'tongban_hub_refused_total',
      help: 'What the hub refused for who tried it: of this host, or of anybody where its log is read.',
      labelNames: ['operation'],
      registers: [registry],
    }),
    unreadable: new Counter({
      name: 'tongban_frame_unreadable_total',
      help: 'Messages of the hub that are no frame and were given up.',
      registers: [registry],
    }),
  };
}

/** Whoever tried what is not theirs, without a person's token: counted, logged, and written into the audit log. */
export class Strangers {
  private readonly counters: ReturnType<typeof counters>;
  private minute = 0;
  private lines = new Map<string, number>();

  constructor(private readonly parts: Parts) {
    this.counters = counters(parts.metrics);
  }

  readonly peerRefused = (what: PeerRefused): void => {
    const { method, code, peer, serial } = what;
    this.counters.peer.inc({ method, code });
    this.parts.logger.warn({ ...what }, 'a host was refused');
    const subject = peer === '' ? undefined : `${peer} ${serial}`.trim();
    this.note({ operation: `peer.${method}`, subject, code: code as RefusalCode });
  };

  readonly frameRefused = ({ frame, code, sender, receiver }: FrameRefused): void => {
    this.counters.frame.inc({ frame, code });
    this.note({ operation: `frame.${frame}`, subject: sender.slice(0, 12), code, node: receiver });
  };

  /** This host itself tried: its credentials do not fit its nodes, or somebody else has them. */
  readonly hubRefused = ({ operation }: { readonly operation: string; readonly subject: string }): void => {
    this.counters.hub.inc({ operation });
    this.note({ operation: `hub.${operation}`, subject: 'this host', code: 'link.forbidden' });
  };

  /** Resolves when the audit log has it, or need not have it. */
  async hubLogged({ operation, subject, user, address }: HubRefusal): Promise<void> {
    this.counters.hub.inc({ operation });
    this.parts.logger.warn({ operation, subject, user, address }, 'the hub refused somebody');
    const line = this.line({ operation: `hub.${operation}`, subject: user, code: 'link.forbidden', address });
    if (line !== undefined) await this.parts.audit.write(line);
  }

  readonly unreadable = async ({ subject, size, digest }: UnreadableFrame): Promise<void> => {
    this.counters.unreadable.inc();
    const at = new Date(this.parts.clock.now()).toISOString();
    await this.parts.transactor.run((sql) =>
      sql.query(
        `insert into unreadable_frame (digest, subject, size, times, first_at, last_at)
         select $1, $2, $3, 1, $4, $4 where (select count(*) from unreadable_frame) < $5
         on conflict on constraint unreadable_frame_pk
           do update set times = unreadable_frame.times + 1, last_at = excluded.last_at`,
        [Buffer.from(digest), subject, size, at, strangerLimits.unreadableRows],
      ),
    );
    this.note({ operation: 'frame.unreadable', subject: undefined, code: 'link.schema' });
  };

  private note(event: Parameters<Strangers['line']>[0]): void {
    const line = this.line(event);
    if (line !== undefined) this.parts.audit.note(line);
  }

  /** Undefined when enough has been written about it in this minute. */
  private line({
    node = this.parts.node,
    address = '',
    ...event
  }: Pick<AuditEvent, 'operation' | 'subject' | 'code'> & {
    readonly node?: NodeCode;
    readonly address?: string;
  }): AuditEvent | undefined {
    const minute = Math.floor(this.parts.clock.now() / minuteMs);
    if (minute !== this.minute) this.lines = new Map();
    this.minute = minute;
    const key = `${event.operation} ${event.subject ?? ''} ${event.code ?? ''}`;
    const count = (this.lines.get(key) ?? 0) + 1;
    if (count > strangerLimits.linesPerMinute) return undefined;
    if (count === 1 && this.lines.size >= strangerLimits.tellApart) return undefined;
    this.lines.set(key, count);
    const nobody = { role: undefined, division: undefined, record: undefined, traceId: '' };
    return { ...nobody, ...event, node, address, status: forbidden };
  }
}
