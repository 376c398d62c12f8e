import type { CommandOutcome } from '@tongban/federation/nest';
import type { Actor, NodeCode, Role, Uuid } from '@tongban/kernel';

/** Who calls, where, and under which key. `person` is left out for whoever has not logged in. */
export interface Caller {
  readonly node: NodeCode;
  readonly key: Uuid;
  readonly role: Role;
  readonly person?: { readonly subject: string; readonly name?: string };
  readonly traceparent: string;
  readonly digest: Uint8Array;
}

/** Somebody without a login is a resident of whom nothing is known: number and query code speak for them. */
export const publicSubject = 'public';
export const actorOf = ({ node, role, person }: Caller): Actor => ({
  subject: person?.subject ?? publicSubject,
  role,
  division: node,
});
export const nameOf = ({ person }: Caller): { readonly actorName?: string } =>
  person?.name === undefined ? {} : { actorName: person.name };
export type { CommandOutcome };
