import fc from 'fast-check';
import { roles, type Role } from '@tongban/kernel';
import {
  atKiosk,
  byPhone,
  CaseBench,
  city,
  controlledDecision,
  district,
  everyEntry,
  fees,
  forPreReview,
  hourMs,
  paymentOf,
  personalWords,
  refusal,
  rules,
  samples,
  township,
  village,
  villageRoute,
} from './case.fixture.js';
import { needsFirstReview } from './clock.js';
import { caseCommandTypes, type CaseCommand, type CaseCommandOf } from './command-schemas.js';
import { caseEntrySchemas, checkCaseEntry, type CaseEntryType } from './entry-schemas.js';
import { isCharged } from './fees.js';
import type { FeeMovementKind } from './procedure-codes.js';
import { openConference, runningPause } from './procedure-state.js';
import { needsConfirmation } from './reception.js';
import type { CaseState } from './state.js';
import { nextHandOver } from './submission.js';
import { caseTable } from './table.js';

const nodes = [city, district, township, village];
const commands = fc.oneof(
  fc.constantFrom(...caseCommandTypes).map((type): CaseCommand => samples[type]),
  fc.constant<CaseCommand>(refusal),
  fc.constantFrom(...nodes).map((to): CaseCommand => ({ ...samples.handOver, to })),
  fc.constantFrom('web', 'sms', 'hotline').map((channel): CaseCommand => ({ ...samples.rate, channel })),
  fc.constantFrom('acknowledged', 'rejected').map((outcome): CaseCommand => ({ ...samples.noteReport, outcome })),
);
const steps = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record(
        {
          command: commands,
          role: fc.option(fc.constantFrom(...roles), { nil: undefined, freq: 1 }),
          lagMs: fc.oneof(fc.constant(0), fc.integer({ min: -1 * hourMs, max: 40 * hourMs })),
        },
        { requiredKeys: ['command', 'lagMs', 'role'] },
      ),
    },
    { weight: 6, arbitrary: fc.constantFrom('take' as const, 'forward' as const, 'forward' as const) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 12 }) },
  ),
  { minLength: 1, maxLength: 60, size: 'max' },
);

function checkStep(before: CaseState | undefined, after: CaseState, command: CaseCommand): void {
  const cell = caseTable[before?.status ?? 'none'][command.type];
  if (!cell.allowed) throw new Error(`${command.type} was not allowed`);
  if (before?.status === 'closed') expect([after.status, after.closing]).toEqual([before.status, before.closing]);
  else
    expect(cell.leadsTo).toContainEqual(
      after.closing === null ? { status: after.status } : { status: 'closed', closing: after.closing },
    );
  expect(after.epoch).toBe(before?.epoch ?? 1);
  expect(after.owner).toBe(before?.owner ?? village);
}

function checkState(state: CaseState): void {
  expect(JSON.parse(JSON.stringify(state))).toEqual(state);
  expect(state.status === 'closed').toBe(state.closing !== null);
  expect(state.closedAt === null).toBe(state.closing === null);
  expect(state.acceptedAt === null).toBe(state.promisedDue === null);
  checkFee(state);
  checkReception(state);
  expect(state.pauses.filter(({ endedOn }) => endedOn === null).length).toBeLessThanOrEqual(1);
  if (state.reply !== null) expect(state.reply.outcome).toBe(state.decision?.outcome);
  if (state.certificate !== null && isCharged(state))
    expect(state.fee.movements.some(({ kind }) => kind === 'paid' || kind === 'exempted')).toBe(true);
  if (state.certificate !== null) expect([state.closing, state.decision?.outcome]).toEqual(['certified', 'approve']);
  if (state.delivered !== null) expect(['certified', 'approved']).toContain(state.closing);
  const { accepted, decided } = state.handlers;
  if (decided !== undefined && state.item.regime !== 'onTheSpot') expect(decided.subject).not.toBe(accepted?.subject);
  expect(new Set(state.ratings.map(({ channel }) => channel)).size).toBe(state.ratings.length);
}

/** What is applied for: each regime with what it asks for, and an item with fees. */
const pin = samples.submit.item;
const applications: readonly CaseCommandOf<'submit'>[] = [
  samples.submit,
  { ...samples.submit, item: { ...pin, fees } },
  { ...samples.submit, item: { ...pin, regime: 'reportedUp' } },
  { ...samples.submit, item: { ...pin, regime: 'controlled', resultKind: 'none', resultName: '' } },
  { ...samples.submit, item: { ...pin, regime: 'feeCounter', fees } },
  { ...samples.submit, item: { ...pin, regime: 'onTheSpot' }, route: villageRoute },
  ...[atKiosk, byPhone, forPreReview],
];
const submitters: Partial<Record<CaseState['channel'], Role>> = { kiosk: 'resident', phone: 'clerk' };

/** What a diligent office would do next; random commands alone seldom get as far as a certificate. */
function wayForward(bench: CaseBench, application: CaseCommandOf<'submit'>): CaseCommand | undefined {
  const { state } = bench;
  if (state === undefined) return application;
  if (state.awaitsWindow) return samples.receive;
  if (state.status === 'preReview')
    return state.preReview?.outcome === null ? samples.answerPreReview : samples.applyFormally;
  if (runningPause(state) !== undefined) return samples.resume;
  if (openConference(state) !== undefined) return openConferenceStep(state);
  if (needsFirstReview(state) && state.status === 'accepted' && !state.reviewed) return samples.review;
  if (state.status === 'accepted' && needsConfirmation(state)) return samples.confirm;
  if (state.status === 'approved' && isCharged(state)) {
    if (state.fee.status === 'unbilled') return samples.issuePaymentNotice;
    if (state.fee.status === 'noticed') return paymentOf(bench);
  }
  if (state.item.regime === 'controlled' && state.status === 'accepted')
    return nextHandOver(state) ?? controlledDecision;
  const proper: Partial<Record<CaseState['status'], CaseCommand>> = {
    submitted: samples.accept,
    supplementing: samples.supplement,
    accepted: samples.decide,
    approved: samples.certify,
  };
  return nextHandOver(state) ?? proper[state.status];
}

describe('any sequence of commands', () => {
  it('keeps the invariants of a case', () => {
    const closingsSeen = new Set<string>();
    fc.assert(
      fc.property(fc.constantFrom(...applications), steps, (application, sequence) => {
        const bench = new CaseBench();
        let epoch = 0;
        for (const step of sequence) {
          if (typeof step === 'number') bench.passDays(step);
          else if (step === 'take') {
            if (bench.state?.pendingOffer) bench.take();
          } else if (step === 'forward' && bench.state?.pendingOffer) bench.take();
          else if (step === 'forward') {
            const before = bench.state;
            const command = wayForward(bench, application);
            const role = command?.type === 'submit' ? submitters[command.channel] : undefined;
            const by = {
              subject: `${command?.type ?? ''}-${bench.entries.length}`,
              ...(role === undefined ? {} : { role }),
            };
            if (command !== undefined && bench.try(command, by) === undefined) checkStep(before, bench.case, command);
          } else {
            const before = bench.state;
            const by = { at: bench.now - step.lagMs, ...(step.role === undefined ? {} : { role: step.role }) };
            if (bench.try(step.command, by) === undefined) checkCommand(bench, before, step.command);
          }
          if (bench.state === undefined) continue;
          checkState(bench.state);
          expect(bench.state.epoch).toBeGreaterThanOrEqual(epoch);
          epoch = bench.state.epoch;
        }
        checkJournal(bench);
        if (bench.state?.closing) closingsSeen.add(bench.state.closing);
      }),
      { numRuns: 150 },
    );
    // A walk that never gets to an end proves little; these two come up in dozens of runs.
    expect([...closingsSeen]).toEqual(expect.arrayContaining(['certified', 'refused']));
  });

  it('folds any entries after the first to some state: evolve is total', () => {
    const written = Object.values(samplesByType());
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...written), { maxLength: 30 }), (drafts) => {
        const begin = new CaseBench().do(samples.submit);
        let state = begin.case;
        for (const [index, draft] of drafts.entries()) {
          if (draft.type === 'case.submitted') continue;
          const entry = { ...begin.entries[0]!, type: draft.type, facts: draft.facts, seq: index + 2 };
          state = rules.evolve(state, entry);
          expect(state.seq).toBe(index + 2);
        }
        expect(JSON.parse(JSON.stringify(state))).toEqual(state);
      }),
      { numRuns: 100 },
    );
  });

  it('throws on a broken record', () => {
    const bench = new CaseBench().do(samples.submit);
    const [first] = bench.entries;
    expect(() => rules.evolve(undefined, { ...first!, type: 'case.accepted' })).toThrow('does not begin');
    expect(() => rules.evolve(bench.case, first!)).toThrow('twice');
    expect(() => rules.evolve(bench.case, { ...first!, type: 'case.archived' })).toThrow('unknown entry');
    expect(() => rules.evolve(bench.case, { ...first!, type: 'case.accepted' })).toThrow();
  });
});

function openConferenceStep(state: CaseState): CaseCommand {
  const given = openConference(state)?.opinions.map(({ department }) => department) ?? [];
  const department = openConference(state)?.departments.find((each) => !given.includes(each));
  return department === undefined ? samples.concludeConference : { ...samples.giveOpinion, department };
}

/** What was owed has been paid, exempted or voided, or is still open; nothing is paid twice. */
function checkFee({ fee, item }: CaseState): void {
  const sum = (kind: FeeMovementKind): number =>
    fee.movements
      .filter((moved) => moved.kind === kind && moved.noticeNumber !== null)
      .reduce((total, { amountFen }) => total + amountFen, 0);
  const open = fee.status === 'noticed' ? (fee.notice?.amountFen ?? 0) : 0;
  expect(sum('noticed')).toBe(sum('paid') + sum('exempted') + sum('voided') + open);
  expect(sum('paid') - sum('refunded')).toBe(fee.status === 'paid' ? fee.notice?.amountFen : 0);
  for (const { kind, amountFen } of fee.movements)
    if (kind === 'noticed') expect(item.fees?.reduce((total, line) => total + line.amountFen, 0)).toBe(amountFen);
}

function checkCommand(bench: CaseBench, before: CaseState | undefined, command: CaseCommand): void {
  checkStep(before, bench.case, command);
  const last = before?.lastOccurredAt ?? 0;
  expect(bench.case.lastOccurredAt).toBeGreaterThanOrEqual(last);
}

/** Nothing runs before there is an application, nobody is blamed twice, and what was moved was moved once. */
function checkReception(state: CaseState): void {
  const { status, awaitsWindow, preReview, reroutes, violations, supplements } = state;
  if (awaitsWindow || status === 'preReview') expect([state.receivedAt, state.acceptedAt]).toEqual([null, null]);
  if (preReview?.appliedAt !== null && preReview !== null)
    for (const pin of preReview.pinned) expect(state.materials).toContainEqual(expect.objectContaining(pin));
  if (state.decision !== null) expect(needsConfirmation(state)).toBe(false);
  expect(new Set(reroutes.map(({ delegation, node }) => `${delegation} ${node}`)).size).toBe(reroutes.length);
  for (const kind of ['promisedOverdue', 'statutoryOverdue', 'certificateOverdue'])
    expect(violations.filter((blame) => blame.kind === kind).length).toBeLessThanOrEqual(1);
  expect(violations.filter(({ kind }) => kind === 'secondNotice')).toHaveLength(Math.max(0, supplements.length - 1));
}

/** Dense, valid, without a person in facts, and folded again to the same state. */
function checkJournal(bench: CaseBench): void {
  let again: CaseState | undefined;
  for (const [index, entry] of bench.entries.entries()) {
    expect(entry.seq).toBe(index + 1);
    again = rules.evolve(again, entry);
  }
  expect(again).toEqual(bench.state);
  for (const draft of bench.drafts) {
    expect(checkCaseEntry(draft).ok).toBe(true);
    const facts = JSON.stringify(draft.facts);
    for (const word of personalWords) expect(facts).not.toContain(word);
  }
}

/** One draft of every entry type. */
function samplesByType(): Partial<Record<CaseEntryType, CaseBench['drafts'][number]>> {
  const found = Object.fromEntries(everyEntry().flatMap(({ drafts }) => drafts.map((draft) => [draft.type, draft])));
  expect(Object.keys(found).sort()).toEqual(Object.keys(caseEntrySchemas).sort());
  return found;
}
