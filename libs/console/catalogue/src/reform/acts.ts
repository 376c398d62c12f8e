import type { shapes } from '@tongban/console/api';

export const roundActs = ['propose', 'approve', 'publish', 'return', 'discard'] as const;
export type RoundAct = (typeof roundActs)[number];

type Status = shapes.ReformRound['status'];

/** When the host lets an act be tried at all; it judges again, by its own table. */
const possibleIn: Readonly<Record<RoundAct, readonly Status[]>> = {
  propose: ['draft'],
  approve: ['proposed'],
  publish: ['approved', 'publishing'],
  return: ['proposed', 'approved'],
  discard: ['draft'],
};
const manager = ['catalogue-manager'];
const deciders = ['approver', 'supervisor', ...manager];
const rolesOf: Readonly<Record<RoundAct, readonly string[]>> = {
  propose: manager,
  approve: deciders,
  publish: manager,
  return: deciders,
  discard: manager,
};
const writing: readonly string[] = ['begin', 'edit', 'propose'];

interface Standing {
  readonly round: Pick<shapes.ReformRound, 'status' | 'history'>;
  readonly subject: string;
  readonly roles: readonly string[];
}

/** What a person can do with a round now; `own`: it waits for approval, and by somebody else. */
export function actsOfRound({ round: { status, history }, subject, roles }: Standing): {
  readonly acts: readonly RoundAct[];
  readonly own: boolean;
} {
  const wrote = history.some(({ action, subject: by }) => by === subject && writing.includes(action));
  const acts = roundActs.filter(
    (act) =>
      possibleIn[act].includes(status) &&
      rolesOf[act].some((role) => roles.includes(role)) &&
      (act !== 'approve' || !wrote),
  );
  return { acts, own: wrote && status === 'proposed' };
}
