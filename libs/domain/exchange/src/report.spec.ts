import fc from 'fast-check';
import type { HeldField } from './held.js';
import {
  advanceReport,
  defaultReportPolicy as policy,
  newReport,
  retryDelayMs,
  type ReportEffect,
  type ReportEvent,
  type ReportState,
} from './report.js';

const lacking: HeldField = {
  kind: 'process',
  businessKey: 'process/1/1',
  field: 'handle_explain',
  code: 'missing',
  message: '',
};
const problem = { code: 'E-CODE-applyer_page_type', field: 'applyer_page_type', message: '' };
const built = (content: string | null, held: readonly HeldField[] = [], now = 0): ReportEvent => ({
  type: 'built',
  content,
  held,
  now,
});
const tick = (now: number, permitted = true): ReportEvent => ({ type: 'tick', now, permitted, roll: 0 });
const yes = (dataVersion: number): ReportEvent => ({
  type: 'answered',
  dataVersion,
  now: 0,
  answer: { outcome: 'acknowledged', receipt: `R${dataVersion}` },
});
const no = (dataVersion: number): ReportEvent => ({
  type: 'answered',
  dataVersion,
  now: 0,
  answer: { outcome: 'rejected', problems: [problem] },
});

function run(...events: ReportEvent[]): { state: ReportState; effects: ReportEffect[] } {
  let state = newReport;
  const effects: ReportEffect[] = [];
  for (const event of events) {
    const step = advanceReport(state, event, policy);
    state = step.state;
    effects.push(...step.effects);
  }
  return { state, effects };
}
const types = (effects: readonly ReportEffect[]): string[] => effects.map(({ type }) => type);

describe('report of a case', () => {
  it('is sent once and acknowledged', () => {
    const { state, effects } = run(built('a'), tick(0), yes(1), tick(1e9));
    expect(state).toEqual({ name: 'acknowledged', dataVersion: 1, content: 'a', held: [], receipt: 'R1' });
    expect(types(effects)).toEqual(['wake', 'send', 'wake', 'record']);
  });

  it('is held while nothing can go, and goes when the gap is closed', () => {
    expect(run(built(null, [lacking])).state.name).toBe('held');
    expect(run(built(null, [lacking]), built('a')).state).toMatchObject({ name: 'pending', dataVersion: 1 });
    expect(run(built(null, [lacking]), built(null)).state).toEqual(newReport);
  });

  it('sends what is complete and stays held for the rest', () => {
    const part = run(built('a', [lacking]), tick(0), yes(1));
    expect(part.state).toMatchObject({ name: 'held', dataVersion: 1, receipt: 'R1' });
    expect(run(built('a', [lacking]), tick(0), yes(1), built('b'), tick(1), yes(2)).state).toMatchObject({
      name: 'acknowledged',
      dataVersion: 2,
    });
  });

  it('goes back to the unit when rejected, and out again with a higher version when corrected', () => {
    const rejected = run(built('a'), tick(0), no(1));
    expect(rejected.state).toMatchObject({ name: 'rejected', problems: [problem] });
    expect(types(rejected.effects).slice(-2)).toEqual(['record', 'returnToUnit']);
    expect(run(built('a'), tick(0), no(1), built('a')).state.name).toBe('rejected');
    expect(run(built('a'), tick(0), no(1), { ...built('a'), type: 'corrected' } as ReportEvent).state).toMatchObject({
      name: 'pending',
      dataVersion: 2,
    });
  });

  it('takes a reject found after the acknowledgement', () => {
    expect(run(built('a'), tick(0), yes(1), no(1)).state.name).toBe('rejected');
    expect(run(built('a'), tick(0), yes(1), yes(1)).effects.filter(({ type }) => type === 'record')).toHaveLength(1);
  });

  it('repeats the same version after a failure, later each time, and tells a person', () => {
    const events: ReportEvent[] = [built('a')];
    let now = 0;
    for (let attempt = 1; attempt <= policy.alarmAfterAttempts; attempt++) {
      events.push(tick(now), { type: 'sendFailed', dataVersion: 1, now, roll: 0.99 });
      now += policy.retryMaxMs;
    }
    const { state, effects } = run(...events);
    expect(state).toMatchObject({ name: 'pending', dataVersion: 1, attempts: policy.alarmAfterAttempts });
    expect(types(effects).filter((type) => type === 'alarm')).toEqual(['alarm']);
    const sends = effects.filter((effect) => effect.type === 'send');
    expect(sends.map(({ dataVersion }) => dataVersion)).toEqual(sends.map(() => 1));
  });

  it('takes an answer that comes after the wait was given up', () => {
    expect(run(built('a'), tick(0), tick(policy.answerTimeoutMs), yes(1)).state.name).toBe('acknowledged');
  });

  it('does not wait for the old content when new content came in between', () => {
    expect(run(built('a'), tick(0), built('b'), yes(1)).state).toMatchObject({
      name: 'pending',
      dataVersion: 2,
      content: 'b',
    });
    const failed = run(built('a'), tick(0), built('b'), { type: 'sendFailed', dataVersion: 1, now: 5, roll: 0 });
    expect(failed.state).toMatchObject({ name: 'pending', dataVersion: 2, content: 'b', attempts: 1 });
  });

  it('waits while the breaker does not permit', () => {
    expect(run(built('a'), tick(0, false)).state.name).toBe('pending');
  });
});

const contents = fc.constantFrom('a', 'b', 'c', null);
const gaps = fc.constantFrom<readonly HeldField[]>([], [lacking]);
const eventArbitrary = (now: number): fc.Arbitrary<(state: ReportState) => ReportEvent> =>
  fc.oneof(
    fc
      .record({ content: contents, held: gaps, corrected: fc.boolean() })
      .map(({ content, held, corrected }) => (): ReportEvent => ({
        type: corrected ? 'corrected' : 'built',
        content,
        held,
        now,
      })),
    fc.boolean().map((permitted) => () => tick(now, permitted)),
    fc.nat(2).map((back) => (state: ReportState) => yes(state.dataVersion - back)),
    fc.nat(2).map((back) => (state: ReportState) => no(state.dataVersion - back)),
    fc.constant((state: ReportState): ReportEvent => ({
      type: 'sendFailed',
      dataVersion: state.dataVersion,
      now,
      roll: 0.5,
    })),
  );
const stepMs = 30_000;
const history = fc
  .integer({ min: 1, max: 40 })
  .chain((length) => fc.tuple(...Array.from({ length }, (_, index) => eventArbitrary(index * stepMs))));

describe('any history of a report', () => {
  it('gives one content to a version, never lowers it, and sends nothing it does not have', () => {
    fc.assert(
      fc.property(history, (events) => {
        let state = newReport;
        const sent = new Map<number, string>();
        let highest = 0;
        for (const make of events) {
          const step = advanceReport(state, make(state), policy);
          expect(step.state.dataVersion).toBeGreaterThanOrEqual(state.dataVersion);
          for (const effect of step.effects)
            if (effect.type === 'send') {
              expect(sent.get(effect.dataVersion) ?? effect.content).toBe(effect.content);
              expect(effect.dataVersion).toBeGreaterThanOrEqual(highest);
              highest = effect.dataVersion;
              sent.set(effect.dataVersion, effect.content);
            }
          state = step.state;
        }
      }),
    );
  });

  it('ends acknowledged, with the last content, once the province answers', () => {
    fc.assert(
      fc.property(history, (events) => {
        let state = newReport;
        for (const make of events) state = advanceReport(state, make(state), policy).state;
        let now = events.length * stepMs;
        state = advanceReport(state, { type: 'corrected', content: 'last', held: [], now }, policy).state;
        const roundsMax = 4;
        for (let round = 0; round < roundsMax && state.name !== 'acknowledged'; round++) {
          now += policy.retryMaxMs;
          state = advanceReport(state, tick(now), policy).state;
          state = advanceReport(state, yes(state.dataVersion), policy).state;
        }
        expect(state).toMatchObject({ name: 'acknowledged', content: 'last' });
      }),
    );
  });

  it('retries between half of the first delay and the cap', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2_000 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (attempts, roll) => {
          const delay = retryDelayMs(attempts, roll, policy);
          expect(delay).toBeGreaterThanOrEqual(policy.retryFirstMs / 2);
          expect(delay).toBeLessThanOrEqual(policy.retryMaxMs);
        },
      ),
    );
  });
});
