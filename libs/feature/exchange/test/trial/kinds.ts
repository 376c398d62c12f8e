/** Cases of every kind that a gateway meets, by the real rules; by number, so that a trial is the same each time. */
import { randomUUID } from 'node:crypto';
import type { CaseCommandOf } from '@tongban/domain/casework';
import { CaseBench, pin, pinWithFees } from '../case-bench.js';

const legalBasis = '《中华人民共和国行政许可法》第四十五条';
const person = { identityNumber: '11010519491231002X', phone: '13800138000' };
const closed = (bench: CaseBench): CaseBench => bench.accept().decide().certify();
const another = (bench: CaseBench, role: 'clerk') => ({ subject: 'another', role, division: bench.case.owner });

const refusal = {
  outcome: 'refuse',
  opinion: '不符合年龄条件',
  reasonCode: 'conditionsNotMet',
  reason: '申请人未满八十周岁',
  legalBasis: '《中华人民共和国老年人权益保障法》第三十三条',
  remedies: '可在六十日内申请行政复议，或在六个月内提起行政诉讼',
} as const;
const withdrawal: CaseCommandOf<'withdraw'> = {
  type: 'withdraw',
  mandate: '01890000-0000-7000-8000-0000000000aa',
  reasonCode: 'givenUp',
  reason: '不再办理',
};

/** Where a case of a kind ends up when everything works: with the province, or on the list. */
export type Fate = 'acknowledged' | 'rejected' | 'held';
interface Kind {
  readonly fate: Fate;
  readonly make: (bench: CaseBench) => CaseBench;
  /** Sealed parts that name nobody, as those of old entries. */
  readonly unnamed?: true;
  /** What the portal may say of such cases: that they are rated, once each, or that they are being worked on. */
  readonly portal?: PortalUse;
}
export type PortalUse = 'ratable' | 'unfinished';

function paid(bench: CaseBench): CaseBench {
  bench.submit({ item: pinWithFees }).accept().do({ type: 'issuePaymentNotice', sequence: 7 }, 'clerk');
  const { number: noticeNumber, amountFen } = bench.case.fee.notice!;
  bench.do(
    {
      ...{ type: 'confirmPayment', department: 'fee-counter', noticeNumber, amountFen },
      ...{ method: 'counter', receiptNumber: 'PJ-0001', payer: '王秀英' },
    },
    'clerk',
    another(bench, 'clerk'),
  );
  return bench.decide().certify();
}

const kinds: readonly Kind[] = [
  { fate: 'acknowledged', portal: 'ratable', make: (bench) => closed(bench.submit()) },
  { fate: 'acknowledged', make: (bench) => bench.submit().accept().decide(refusal) },
  {
    fate: 'acknowledged',
    make: (bench) =>
      bench
        .submit()
        .do({ type: 'notAccept', sequence: 1, reasonCode: 'notEligible', reason: '户籍不在本区', legalBasis }, 'clerk'),
  },
  { fate: 'acknowledged', make: (bench) => bench.submit().accept().do(withdrawal, 'agent') },
  {
    fate: 'acknowledged',
    make: (bench) =>
      bench
        .submit()
        .accept()
        .do(
          { type: 'pause', sequence: 1, procedure: 'hearing', legalBasis, workingDays: 3, text: '申请人要求听证' },
          'clerk',
        )
        .do({ type: 'resume', result: '听证已举行' }, 'clerk')
        .decide()
        .certify(),
  },
  {
    fate: 'acknowledged',
    make: (bench) =>
      bench
        .submit()
        .accept()
        .do({ type: 'askExtension', days: 5, reason: '档案须调取' }, 'clerk')
        .do({ type: 'decideExtension', sequence: 2, outcome: 'granted', reason: '情况复杂' }, 'approver'),
  },
  { fate: 'acknowledged', make: paid },
  { fate: 'acknowledged', make: (bench) => closed(bench.submit({ item: { ...pin, promisedDays: 0 } })) },
  {
    fate: 'acknowledged',
    make: (bench) =>
      closed(bench.submit())
        .do({ type: 'deliver', method: 'village', recipient: '王秀英' }, 'agent')
        .do(
          { type: 'rate', level: 'dissatisfied', channel: 'mobile', reasonCodes: ['401'], text: '等得太久' },
          'resident',
        ),
  },
  {
    fate: 'acknowledged',
    portal: 'unfinished',
    make: (bench) => bench.submit().accept().do({ type: 'urge', text: '请尽快办结' }, 'supervisor'),
  },
  { fate: 'acknowledged', make: (bench) => closed(bench.submit({ applicant: { name: '𠮷田和子', ...person } })) },
  { fate: 'rejected', make: (bench) => closed(bench.submit({ identityType: 'other' })) },
  { fate: 'held', unnamed: true, make: (bench) => closed(bench.submit()) },
  { fate: 'held', make: (bench) => bench.submit().do(withdrawal, 'agent') },
  { fate: 'held', make: (bench) => closed(bench.submit({ applicant: { name: '王'.repeat(150), ...person } })) },
  { fate: 'held', make: (bench) => closed(bench.submit({ applicant: { name: '13806330001', ...person } })) },
];

export interface TrialCase {
  readonly bench: CaseBench;
  readonly fate: Fate;
  readonly portal?: PortalUse | undefined;
}

const mostDailySequence = 99_999;

/** The case with this number, from 0. */
export function trialCase(number: number): TrialCase {
  const { fate, make, unnamed, portal } = kinds[number % kinds.length]!;
  const bench = new CaseBench(randomUUID(), (number % mostDailySequence) + 1, unnamed === undefined);
  return { bench: make(bench), fate, portal };
}
