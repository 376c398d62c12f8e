import type { Actor } from '@tongban/kernel';
import type { JointCaller } from '../ports.js';

export const actorOf = (caller: JointCaller): Actor => ({
  subject: caller.person.subject,
  role: caller.role,
  // A resident belongs to no office: the acts are those of the place where they were done.
  division: caller.role === 'resident' ? caller.node : (caller.person.division ?? caller.node),
});

/** Staff sign with their name; a resident's own name is in the application. */
export const nameOf = ({ role, person }: JointCaller): { readonly actorName?: string } =>
  role === 'resident' || person.name === undefined ? {} : { actorName: person.name };
