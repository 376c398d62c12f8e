/** What the province sends down in a trial, and what it has to hear of each message. */
import { randomUUID } from 'node:crypto';
import type { InboxOutcome } from '@tongban/domain/exchange';
import { township } from '../case-bench.js';
import type { PortalUse, TrialCase } from './kinds.js';
import type { Heard, TrialProvince } from './province.js';

export interface Sent {
  readonly id: string;
  readonly kind: string;
  readonly outcome: InboxOutcome;
  readonly code: string | undefined;
}

export interface PortalCount {
  readonly sent: number;
  /** With the last word that their kind should get. */
  readonly answered: number;
}

/** Numbers that messages may refer to. */
interface Known {
  /** Of cases that have ended and were not rated; each is rated once. */
  readonly closed: string[];
  /** Of cases that are being worked on. */
  readonly open: readonly string[];
}
interface Message {
  readonly kind: string;
  readonly outcome: InboxOutcome;
  readonly code?: string;
  readonly make: (index: number, known: Known) => object;
}

const leastMessages = 26;
const casesPerMessage = 10;

const application = (index: number, changes: object = {}): object => ({
  ...{ projectno: `SD2026${String(index).padStart(10, '0')}`, catalog_code: '370500013001', area_code: township },
  ...{ applyer_type: '1', applyer_name: '欧阳𠮷祥', applyer_page_type: '111', contact_mobile: '13800138000' },
  ...{ applyer_page_code: '11010519491231002X', apply_date: '2026-03-02T10:00:00+08:00', form: {} },
  files: [
    {
      ...{ material_code: 'm1', file_name: '身份证.pdf', media_type: 'application/pdf' },
      content: Buffer.from(`%PDF-1.7 ${index}`).toString('base64'),
    },
  ],
  ...changes,
});
const rating = (projectno: string, changes: object = {}): object => ({
  ...{ projectno, satisfaction: '4', pf: '1', assess_number: '1', assess_time: '2026-03-04T10:00:00+08:00' },
  ...changes,
});
const order = (projectno: string): object => ({
  ...{ projectno, content: '群众反映久未办结，请核实', issued: '2026-03-03T10:00:00+08:00', due: '2026-03-10' },
});
const line = (version: number, changes: object = {}): object => ({
  ...{ catalog_code: '000511004000', task_name: '高龄津贴发放', task_type: '05', task_state: '1' },
  ...{ task_version: version, plan_effective_date: '2026-03-01', ...changes },
});
const pick = (from: readonly string[], index: number): string => from[index % from.length] ?? randomUUID();

const messages: readonly Message[] = [
  { kind: 'application', outcome: 'accepted', make: (index) => application(index) },
  { kind: 'application', outcome: 'accepted', make: (index) => application(index, { applyer_name: '王秀英' }) },
  // The one before it once more, under an id of its own.
  {
    kind: 'application',
    outcome: 'accepted',
    make: (index) => application(index - 1, { applyer_name: '王秀英' }),
  },
  {
    ...{ kind: 'application', outcome: 'refused', code: 'item.unknown' },
    make: (index) => application(index, { catalog_code: '999999999999' }),
  },
  {
    ...{ kind: 'application', outcome: 'refused', code: 'request.invalid' },
    make: (index) => application(index, { applyer_name: '13800138000' }),
  },
  { kind: 'rating', outcome: 'accepted', make: (_index, { closed }) => rating(closed.pop()!) },
  {
    ...{ kind: 'rating', outcome: 'refused', code: 'case.state' },
    make: (index, { open }) => rating(pick(open, index)),
  },
  {
    ...{ kind: 'rating', outcome: 'refused', code: 'request.invalid' },
    make: (index, { open }) => rating(pick(open, index), { satisfaction: '6' }),
  },
  { kind: 'rating', outcome: 'unknown', make: () => rating(randomUUID()) },
  { kind: 'supervision', outcome: 'answered', make: (index, { open }) => order(pick(open, index)) },
  { kind: 'supervision', outcome: 'unknown', make: () => order(randomUUID()) },
  {
    ...{ kind: 'catalogue', outcome: 'accepted' },
    make: (index) => ({ lines: [line(index + 1), line(index + 1, { task_type: '77' })] }),
  },
  {
    ...{ kind: 'catalogue', outcome: 'refused', code: 'request.invalid' },
    make: (index) => ({ lines: [line(index + 1, { task_type: '77' })] }),
  },
];

/** Has the province send messages of every kind down, about a tenth as many as there are cases. */
export async function plantAll(province: TrialProvince, cases: readonly TrialCase[]): Promise<Sent[]> {
  const numbers = (use: PortalUse): string[] =>
    cases.filter(({ portal }) => portal === use).map(({ bench }) => bench.case.number);
  const known = { closed: numbers('ratable'), open: numbers('unfinished') };
  const count = Math.max(leastMessages, Math.floor(cases.length / casesPerMessage));
  const sent: Sent[] = [];
  for (let index = 0; index < count; index++) {
    const { kind, outcome, code, make } = messages[index % messages.length]!;
    if (kind === 'rating' && outcome === 'accepted' && known.closed.length === 0) continue;
    const id = randomUUID();
    await province.plant({ id, kind, ...make(index, known) });
    sent.push({ id, kind, outcome, code });
  }
  return sent;
}

/** By kind, how many were sent and how many got the last word that they should. */
export function countReplies(sent: readonly Sent[], heard: readonly Heard[]): Readonly<Record<string, PortalCount>> {
  const last = new Map<string, Heard>();
  for (const reply of heard) if (reply.outcome !== 'received') last.set(reply.id, reply);
  const isRight = ({ id, outcome, code }: Sent): boolean => {
    const reply = last.get(id);
    return reply?.outcome === outcome && (code === undefined || reply.code === code);
  };
  const kinds = Map.groupBy(sent, ({ kind }) => kind);
  return Object.fromEntries(
    [...kinds].map(([kind, all]) => [kind, { sent: all.length, answered: all.filter(isRight).length }]),
  );
}
