import { findItemProblems } from '@tongban/domain/catalogue';
import { nodeCode, unwrap, type Actor } from '@tongban/kernel';
import fc from 'fast-check';
import { applyPlan } from './apply.js';
import { fitSteps } from './change-item.js';
import { comparePlan } from './compare.js';
import { figuresOf, tallyOf } from './figures.js';
import type { ReformPlanInput } from './plan.js';
import { aPlan, anItem, codeAt, effectiveOn, round } from '../test/reform.fixture.js';
import { decideRound, evolveRound, roundActions, roundStatuses, roundTransitions, type RoundState } from './round.js';

describe('the figures of a round', () => {
  it('followed change by change are those counted from the resulting items', () => {
    fc.assert(
      fc.property(round, ({ items, plan }) => {
        const applied = unwrap(applyPlan(plan, items));
        const compared = unwrap(comparePlan(plan, items));
        expect(compared.before).toEqual(figuresOf(tallyOf(items)));
        expect(compared.after).toEqual(figuresOf(tallyOf(applied.items)));
        for (const [index, { items: codes }] of plan.groups.entries()) {
          const left = applied.items.filter(({ code }) => codes.includes(code));
          expect(compared.groups[index]!.after).toEqual(figuresOf(tallyOf(left)));
        }
        const sum = compared.contributions.reduce((total, { promisedDays }) => total + promisedDays, 0);
        expect(sum).toBe(compared.after.promisedDays.total - compared.before.promisedDays.total);
      }),
    );
  });

  it('are the same whenever they are computed, and whatever else is published', () => {
    fc.assert(
      fc.property(round, ({ items, plan }) => {
        const more = [...items, anItem({ code: codeAt(999) })].reverse();
        expect(comparePlan(plan, more)).toEqual(comparePlan(plan, items));
      }),
    );
  });

  it('make versions that are valid, later and numbered on', () => {
    fc.assert(
      fc.property(round, ({ items, plan }) => {
        const { versions, cancelled } = unwrap(applyPlan(plan, items));
        for (const version of versions) {
          expect([version.code, findItemProblems(version)]).toEqual([version.code, []]);
          expect(version.version).toBe(2);
          expect(version.validFrom).toBe(cancelled.includes(version.code) ? '2026-06-30' : effectiveOn);
        }
        expect(new Set(versions.map(({ code }) => code)).size).toBe(versions.length);
      }),
    );
  });

  it('are told as a report tells them', () => {
    const spot = Array.from({ length: 2 }, (_, i) =>
      anItem({
        code: codeAt(i),
        promisedDays: 700,
        statutoryDays: 900,
        steps: [{ name: '办理', power: 'decide', days: 1 }],
      }),
    );
    const plan = aPlan({
      groups: [
        { name: '行政许可', items: [codeAt(0)] },
        { name: '公共服务', items: [codeAt(1)] },
      ],
      changes: [
        { kind: 'compress', item: codeAt(0), promisedDays: 0 },
        { kind: 'compress', item: codeAt(1), promisedDays: 665 },
      ],
    });
    const { summary, shortened, before, after } = unwrap(comparePlan(plan, spot));
    expect(summary[0]).toBe('1+1 项的承诺时限由 1,400 个工作日压缩到 665 个工作日，保留事项平均缩短 367.5 个工作日。');
    expect([shortened, before.onTheSpot, after.onTheSpot]).toEqual([
      { total: 735, mean: 367.5 },
      { count: 0, percent: 0 },
      { count: 1, percent: 50 },
    ]);
    expect(after.belowStatutory).toEqual({ total: 1_135, mean: 567.5, percent: 63.1 });
  });

  it('leave a cancelled item out afterwards', () => {
    const items = [anItem(), anItem({ code: codeAt(2), promisedDays: 10 })];
    const plan = aPlan({
      groups: [{ name: '全部', items: [codeAt(1), codeAt(2)] }],
      changes: [{ kind: 'cancel', item: codeAt(2) }],
    });
    const { before, after, cancelled, shortened, contributions } = unwrap(comparePlan(plan, items));
    expect([before.items, after.items, cancelled, shortened.total]).toEqual([2, 1, 1, 0]);
    expect(contributions).toMatchObject([{ kind: 'cancel', items: 1, cancelled: 1, promisedDays: -10 }]);
  });
});

describe('steps', () => {
  it('shortened fit the promised time exactly, and none grows', () => {
    const steps = fc.array(fc.nat(30), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(steps, fc.nat(60), (days, promised) => {
        const given = days.map((one, index) => ({ name: `环节${index}`, power: 'accept' as const, days: one }));
        const fitted = fitSteps(given, promised);
        const sum = (list: readonly { days: number }[]) => list.reduce((total, one) => total + one.days, 0);
        expect(sum(fitted)).toBe(Math.min(promised, sum(given)));
        expect(fitted.every((step, index) => step.days <= given[index]!.days)).toBe(true);
      }),
    );
  });
});

describe('a plan', () => {
  const problemsOf = (plan: ReturnType<typeof aPlan>, items = [anItem()]): string => {
    const done = applyPlan(plan, items);
    if (done.ok) return 'ok';
    expect(done.refusal.code).toBe('reform.invalid');
    return (done.refusal.params!['problems'] as string[]).join('\n');
  };
  const changing = (...changes: ReformPlanInput['changes']) => aPlan({ changes });

  it.each([
    ['比原来的 10 个工作日短', changing({ kind: 'compress', item: codeAt(1), promisedDays: 10 })],
    ['没有材料 z', changing({ kind: 'cutMaterials', item: codeAt(1), materials: ['z'] })],
    ['没有环节“z”', changing({ kind: 'cutSteps', item: codeAt(1), steps: ['z'] })],
    ['至少保留一个环节', changing({ kind: 'cutSteps', item: codeAt(1), steps: ['受理', '审核', '决定'] })],
    ['应比原来的 2 次少', changing({ kind: 'cutTrips', item: codeAt(1), visits: 2 })],
    ['不在统计范围内', changing({ kind: 'cutFee', item: codeAt(7) })],
    ['出现两次', changing({ kind: 'cutFee', item: codeAt(1) }, { kind: 'cutFee', item: codeAt(1) })],
    ['同时被取消', changing({ kind: 'cutFee', item: codeAt(1) }, { kind: 'cancel', item: codeAt(1) })],
    ['改革须晚于这一天', aPlan({ effectiveOn: '2026-01-01' })],
    ['在范围中出现两次', aPlan({ groups: [{ name: 'a', items: [codeAt(1), codeAt(1)] }] })],
    ['没有本级发布的事项', aPlan({ groups: [{ name: 'a', items: [codeAt(1), codeAt(2)] }] })],
  ])('is refused: %s', (problem, plan) => {
    expect(problemsOf(plan)).toContain(problem);
  });

  it('is refused for what ends before, and for what must be done in person', () => {
    expect(problemsOf(aPlan(), [anItem({ validTo: '2026-06-01' })])).toContain('届时已停办');
    const plan = changing({ kind: 'cutTrips', item: codeAt(1), visits: 0 });
    expect(problemsOf(plan, [anItem({ presenceRequired: true })])).toContain('不能零跑动');
    const free = anItem({ fee: { charged: false } });
    expect(problemsOf(changing({ kind: 'cutFee', item: codeAt(1) }), [free])).toContain('本不收费');
  });

  it('gives powers down', () => {
    const plan = changing({
      kind: 'delegate',
      item: codeAt(1),
      from: 'district',
      to: 'township',
      powers: ['accept'],
      form: 'devolved',
    });
    const { delegations, versions } = unwrap(applyPlan(plan, [anItem()]));
    expect(versions).toEqual([]);
    expect(delegations).toMatchObject([{ item: codeAt(1), validFrom: effectiveOn, version: 1, to: 'township' }]);
  });
});

describe('a round', () => {
  const actor = (subject: string): Actor => ({
    subject,
    role: 'catalogue-manager',
    division: nodeCode('371100000000'),
  });
  const begun = evolveRound(undefined, { seq: 1, action: 'begin', at: 0, actor: actor('a'), plan: aPlan() });
  const then = (state: RoundState, action: (typeof roundActions)[number], who: string): RoundState =>
    evolveRound(state, { seq: state.seq + 1, action, at: 0, actor: actor(who) });

  it('is approved by somebody who neither wrote nor proposed it', () => {
    const proposed = then(begun, 'propose', 'b');
    for (const author of ['a', 'b']) {
      expect(decideRound(proposed, 'approve', actor(author))).toMatchObject({
        refusal: { code: 'reform.same-person' },
      });
    }
    expect(decideRound(proposed, 'approve', actor('c'))).toEqual({ ok: true, value: 'approved' });
    const approved = then(proposed, 'approve', 'c');
    expect(approved.approvedBy).toBe('c');
    expect(then(approved, 'return', 'c').approvedBy).toBeUndefined();
  });

  it('allows what the table allows and nothing else', () => {
    for (const status of roundStatuses) {
      for (const action of roundActions) {
        const done = decideRound({ ...begun, status }, action, actor('z'));
        const expected = roundTransitions[status][action];
        expect(done.ok ? done.value : done.refusal.code).toBe(expected ?? 'reform.state');
      }
    }
  });

  it('reaches every status, and leaves all but the last ones', () => {
    const reached = new Set<string>(['draft']);
    for (let step = 0; step < roundStatuses.length; step++) {
      for (const status of roundStatuses) {
        if (reached.has(status)) for (const next of Object.values(roundTransitions[status])) reached.add(next);
      }
    }
    expect([...reached].sort()).toEqual([...roundStatuses].sort());
    const ends = roundStatuses.filter((status) => Object.keys(roundTransitions[status]).length === 0);
    expect(ends).toEqual(['published', 'discarded']);
  });
});
