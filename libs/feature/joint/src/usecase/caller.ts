import { ok, refuse, type Actor, type Result } from '@tongban/kernel';
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

/** Staff act at their own node; residents anywhere. Refusal: jurisdiction.division. */
export function checkPlace({ role, person, node }: JointCaller): Result<void> {
  if (role === 'resident' || person.division === node) return ok(undefined);
  return refuse('jurisdiction.division', '只能办理本人所属区划的业务');
}
