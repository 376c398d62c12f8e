import type { shapes } from '@tongban/console/api';

export const record = '01890000-0000-7000-8000-000000000001';
export const node = '371102001000';
export const divisions: readonly (readonly [string, string])[] = [
  ['371100000000', '日照市'],
  ['371102000000', '东港区'],
  [node, '日照街道'],
  ['371102001001', '兴海社区'],
];

const limit = (
  date: string,
  remainingDays: number,
  provisional = false,
): NonNullable<shapes.CaseClock['promised']> => ({
  ...{ due: { date, provisional }, remainingDays, overdue: remainingDays < 0 },
});
const clock = (color: shapes.CaseClock['color'], promised: shapes.CaseClock['promised']): shapes.CaseClock => ({
  ...{ color, promised, statutory: promised && limit('2026-12-31', 30), step: null },
  ...{ pause: null, extendedDays: 0, provisional: color === 'provisional' },
});

/** Every colour of a limit. */
export const clocks: readonly shapes.CaseClock[] = [
  clock('green', limit('2026-12-10', 8)),
  clock('blue', limit('2026-12-04', 4)),
  clock('yellow', limit('2026-12-01', 1)),
  clock('yellow', limit('2026-11-30', 0)),
  clock('red', limit('2026-11-20', -6)),
  clock('paused', limit('2026-12-10', 8)),
  clock('provisional', limit('2027-01-05', 12, true)),
  clock('idle', null),
  clock('ended', limit('2026-12-10', 8)),
];

export const states: readonly Pick<shapes.Case, 'status' | 'closing'>[] = [
  { status: 'submitted', closing: null },
  { status: 'supplementing', closing: null },
  { status: 'accepted', closing: null },
  { status: 'approved', closing: null },
  { status: 'closed', closing: 'certified' },
  { status: 'closed', closing: 'withdrawn' },
];

const entry = (seq: number, type: string, actorRole: string, author: string, hour: string, late = false) => ({
  ...{ id: `${record.slice(0, 35)}${seq}`, seq, epoch: 1, type, author, actorRole, actorSubject: 'sample' },
  ...{ offline: late, occurredAt: `2026-11-20T0${hour}:00+08:00`, recordedAt: `2026-11-20T0${hour}:00+08:00` },
  appliedAt: late ? '2026-11-20T15:30:00+08:00' : `2026-11-20T0${hour}:01+08:00`,
  ...{ facts: {}, hash: 'a3f1'.repeat(16), keyId: '371102001000-1', traceparent: null },
});

/** What the routes would answer, by the end of their addresses; everything else is not there. */
export const answers: Readonly<Record<string, unknown>> = {
  [`/cases/${record}/entries`]: {
    entries: [
      entry(1, 'case.submitted', 'agent', '371102001001', '9:05', true),
      entry(2, 'case.accepted', 'clerk', node, '9:40'),
      entry(3, 'case.decided', 'approver', '371102000000', '9:55'),
    ],
  },
  [`/cases/${record}/dossier`]: {
    masked: true,
    parts: [
      {
        seq: 1,
        type: 'case.submitted',
        content: { applicant: { name: '王**', identityNumber: '110105********002*', phone: '138****8000' } },
      },
    ],
  },
};
