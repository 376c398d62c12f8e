import type { FastifyRequest } from 'fastify';
import { eventOf } from './audit.js';
import type { HttpPorts, Person } from './ports.js';
import { specOf, stateOf } from './request-state.js';

/** The operation under which the audit log tells that somebody has logged in. */
export const logInOperation = 'logIn';
/** Log-ins that a process remembers; one that was forgotten, also by a restart, is noted once more when it is used again. */
export const mostLogIns = 20_000;

/**
 * Log-ins happen at the identity provider, which keeps a log of its own. What this service can tell is where they were
 * used first: a person and the time at which that person was last asked who they are make one log-in.
 */
export class LogIns {
  private readonly seen = new Set<string>();

  /** Notes the first admitted request of a log-in: at the person's own node, where this host serves it. */
  note(request: FastifyRequest, { audit, nodes }: HttpPorts): void {
    const spec = specOf(request);
    const { person, node } = stateOf(request);
    if (audit === undefined || spec === undefined || person === undefined || !this.isNew(person)) return;
    const { division } = person;
    const at = division !== undefined && nodes.isHosted(division) ? division : node;
    audit.note({ ...eventOf(spec, request, 200), operation: logInOperation, node: at, record: undefined });
  }

  private isNew({ subject, authenticatedAt }: Person): boolean {
    if (authenticatedAt === undefined) return false;
    const key = `${authenticatedAt} ${subject}`;
    if (this.seen.has(key)) return false;
    this.seen.add(key);
    const [oldest] = this.seen;
    if (this.seen.size > mostLogIns) this.seen.delete(oldest!);
    return true;
  }
}
