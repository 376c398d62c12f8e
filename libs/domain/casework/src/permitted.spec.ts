import { workingCalendar } from '@tongban/domain/calendar';
import fc from 'fast-check';
import {
  accepted,
  acceptedWith,
  approved,
  atKiosk,
  attachment,
  byPhone,
  CaseBench,
  certified,
  city,
  district,
  everyEntry,
  fees,
  noticed,
  onTheSpot,
  paid,
  paymentOf,
  preReviewed,
  preReviewing,
  refusal,
  rules,
  samples,
  submitted,
  submittedWith,
  supplementing,
  township,
  village,
} from './case.fixture.js';
import {
  awaitedStatuses,
  caseCommandTypes,
  identityTypes,
  permittedCommands,
  ratingChannels,
  serviceMarks,
  type CaseCommand,
  type CaseCommandType,
  type CaseState,
  type Catalogue,
  type IdentityType,
  type RatingChannel,
  type ServiceMark,
} from './index.js';
import { feeCounterDepartment } from './fees.js';
import { openConference } from './procedure-state.js';
import { catalogue } from './procedure.fixture.js';
import { probes } from './probes.js';

const calendar = workingCalendar();
const personal = ['agent', 'clerk', 'reviewer', 'approver', 'supervisor', 'resident', 'system'] as const;
const keys = <T extends string>(table: Readonly<Record<T, unknown>>) => Object.keys(table) as T[];

const atWindow = (): CaseBench => new CaseBench().do(atKiosk, { role: 'resident', subject: 'resident@371102001001' });
const inConference = (): CaseBench => accepted().do(samples.callConference);
const situations: Readonly<Record<string, () => CaseBench>> = {
  ...{ preReviewing, preReviewed, submitted, supplementing, accepted, approved, certified, noticed, paid },
  atKiosk: atWindow,
  received: () => atWindow().do(samples.receive).take(),
  byPhone: () => new CaseBench().do(byPhone, { role: 'clerk' }).take(),
  confirmed: () => new CaseBench().do(byPhone, { role: 'clerk' }).take().do(samples.confirm),
  late: () => submitted().passDays(30),
  onTheSpot,
  onTheSpotDone: () => onTheSpot().do(samples.handleOnTheSpot),
  charged: () => acceptedWith({ fees }),
  reportedUp: () => submittedWith({ regime: 'reportedUp' }).do(samples.accept),
  reviewed: () => accepted().do(samples.review),
  paused: () => accepted().do(samples.pause),
  extensionAsked: () => accepted().do(samples.askExtension),
  urged: () => accepted().do(samples.urge, { role: 'clerk' }),
  inConference,
  bothOpinions: () =>
    inConference()
      .do(samples.giveOpinion)
      .do({ ...samples.giveOpinion, department: 'public-security' }, { subject: 'second' }),
  refused: () => accepted().do(refusal),
  delivered: () => certified().do(samples.deliver),
  filed: () => certified().do(samples.deliver).do(samples.fileAway).do(samples.callBack).do(samples.rate),
  reported: () => certified().do(samples.noteReport),
  offered: () => submitted().do(samples.handOver),
  approvedUnpaid: () => noticed().do(samples.decide),
};

/** Beside the samples, what else a person could well say: the space in which nothing may be accepted and not offered. */
function sayable(state: CaseState, bench: CaseBench): CaseCommand[] {
  const open = openConference(state);
  return [
    ...caseCommandTypes.map((type): CaseCommand => samples[type]),
    refusal,
    { ...samples.decide, reply: '答复', replySequence: 5 },
    ...[city, district, township, village].flatMap((to): CaseCommand[] => [
      { ...samples.handOver, to },
      { ...samples.handOver, to, reason: 'returned', text: '请核对' },
    ]),
    ...(open?.departments ?? []).map((department): CaseCommand => ({ ...samples.giveOpinion, department })),
    ...keys(ratingChannels).map((channel: RatingChannel): CaseCommand => ({ ...samples.rate, channel })),
    ...keys(identityTypes).map((identityType: IdentityType): CaseCommand => ({
      ...samples.correct,
      changes: { identityType },
    })),
    ...keys(serviceMarks).flatMap((mark: ServiceMark): CaseCommand[] => [
      { ...samples.markService, mark },
      { ...samples.markService, mark, granted: false },
    ]),
    { ...samples.answerPreReview, outcome: 'pass', faults: [] },
    { ...samples.supplement, attachments: (state.supplements.at(-1)?.materials ?? []).map((code) => attachment(code)) },
    { ...samples.applyFormally, attachments: [attachment('M2', 'd')] },
    { ...samples.issuePaymentNotice, projects: [{ code: 'certificate' }] },
    { ...samples.decideExtension, outcome: 'rejected' },
    paymentOf(bench),
    { ...samples.reroute, rule: 'finishHere', to: undefined } as CaseCommand,
  ];
}

const someone = fc.record({
  role: fc.constantFrom(...personal),
  division: fc.constantFrom(village, township, district, city),
  subject: fc.constantFrom('s1', 'clerk@371102001000', 'clerk@371102000000', 'reviewer@371102000000', 'window'),
});

describe('what a person is offered', () => {
  it.each(Object.entries(situations))('is what the rules accept: %s', (_name, situation) => {
    const bench = situation();
    const state = bench.case;
    fc.assert(
      fc.property(someone, fc.integer({ min: 0, max: 40 }), (actor, days) => {
        const now = bench.now + days * 24 * 3_600_000;
        const context = { calendar, now, catalogue, department: feeCounterDepartment };
        const offered = permittedCommands(state, [actor], context);
        const by = { owner: state.owner, record: 'r', actor, occurredAt: now, now };
        const decide = (command: CaseCommand) => rules.decide(state, command, by);
        const acceptable = new Set<CaseCommandType>(
          sayable(state, bench).flatMap((command) => (decide(command).ok ? [command.type] : [])),
        );
        // Nothing that works is kept back, and what is offered works for some input.
        expect(offered).toEqual(expect.arrayContaining([...acceptable]));
        for (const type of offered.filter((each) => each !== 'confirm'))
          expect([type, probes[type](state, context).some((command) => decide(command).ok)]).toEqual([type, true]);
      }),
      { numRuns: 25 },
    );
  });

  it('covers every command that a case can take', () => {
    const seen = new Set<CaseCommandType>();
    for (const situation of Object.values(situations)) {
      const bench = situation();
      for (const role of personal)
        for (const division of [village, township, district])
          for (const days of [0, 40]) {
            const now = bench.now + days * 24 * 3_600_000;
            const context = { calendar, now, catalogue, department: feeCounterDepartment };
            // The agent who carried the case files it away.
            const subject = role === 'agent' ? `agent@${village}` : 'somebody';
            for (const type of permittedCommands(bench.case, [{ role, division, subject }], context)) seen.add(type);
          }
    }
    // A limit is counted anew only where the calendar has changed, which no calendar of a test has.
    const possible = caseCommandTypes.filter((type) => type !== 'submit' && type !== 'recount');
    expect([...seen].sort()).toEqual([...possible].sort());
  });

  it('offers nothing pointless', () => {
    const asked = (bench: CaseBench, role: 'clerk' | 'approver', held: Catalogue | null = catalogue) =>
      permittedCommands(bench.case, [{ role, division: bench.case.owner, subject: 's1' }], {
        ...{ calendar, now: bench.now, catalogue: held ?? undefined },
      });
    expect(asked(submitted(), 'clerk')).not.toContain('receive');
    expect(asked(atWindow(), 'clerk')).toContain('receive');
    expect(asked(certified(), 'clerk')).toContain('deliver');
    expect(asked(certified().do(samples.deliver), 'clerk')).not.toContain('deliver');
    expect(asked(accepted(), 'approver')).not.toContain('exemptFee');
    expect(asked(accepted(), 'clerk')).not.toContain('resume');
    expect(asked(submitted(), 'clerk')).not.toContain('handleOnTheSpot');
    expect(asked(submitted(), 'clerk', { known: ['M1', 'M9'], required: ['M1', 'M9'] })).not.toContain('accept');
    expect(asked(submitted(), 'clerk', null)).not.toContain('accept');
    expect(
      everyEntry().every((bench) => bench.case.status !== 'closed' || !asked(bench, 'clerk').includes('accept')),
    ).toBe(true);
  });

  it('knows who sits at the fee counter', () => {
    const bench = noticed();
    const asked = (department?: string) =>
      permittedCommands(bench.case, [{ role: 'clerk', division: district, subject: 'cashier' }], {
        ...{ calendar, now: bench.now, catalogue, department },
      });
    expect(asked()).not.toContain('confirmPayment');
    expect(asked(feeCounterDepartment)).toContain('confirmPayment');
  });
});

it('a queue holds what waits for the roles of a person', () => {
  expect(awaitedStatuses(['clerk'])).toEqual(['preReview', 'submitted', 'supplementing', 'approved']);
  expect(awaitedStatuses(['reviewer'])).toEqual(['preReview', 'accepted']);
  expect(awaitedStatuses(['approver'])).toEqual(['accepted', 'approved']);
  expect(awaitedStatuses(['supervisor'])).toEqual([]);
});
