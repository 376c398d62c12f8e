import type { CaseState } from '@tongban/domain/casework';
import { JointBench, morningOf } from './joint.fixture.js';
import { isWatched, nextSteps, viewOf } from './watch.js';

const held = (change: Partial<CaseState>): CaseState =>
  ({
    ...{ status: 'submitted', closing: null, seq: 1, pauses: [], supplements: [], promisedDue: null },
    ...{ submittedAt: morningOf('2026-03-02'), acceptedAt: null, decidedAt: null, closedAt: null },
    ...change,
  }) as CaseState;
const accepted = { status: 'accepted', acceptedAt: morningOf('2026-03-03'), seq: 2 } as const;
const pause = {
  noticeNumber: 'TB',
  procedure: 'siteSurvey',
  legalBasis: '',
  workingDays: 5,
  from: '2026-03-05',
} as const;

describe('what the lead reads off a branch', () => {
  it.each([
    ['submitted', held({}), { status: 'submitted', on: '2026-03-02', paused: false }],
    ['accepted', held(accepted), { status: 'accepted', on: '2026-03-03' }],
    ['paused', held({ ...accepted, pauses: [{ ...pause, endedOn: null }] }), { paused: true, on: '2026-03-05' }],
    [
      'resumed',
      held({ ...accepted, pauses: [{ ...pause, endedOn: '2026-03-09' }] }),
      { paused: false, on: '2026-03-09' },
    ],
    [
      'waiting for papers',
      held({
        status: 'supplementing',
        supplements: [{ noticeNumber: 'BZ', materials: [], requestedAt: morningOf('2026-03-04'), suppliedAt: null }],
      }),
      { status: 'supplementing', on: '2026-03-04' },
    ],
    [
      'closed',
      held({ status: 'closed', closing: 'certified', closedAt: morningOf('2026-03-11') }),
      { closing: 'certified', on: '2026-03-11' },
    ],
  ])('%s', (_, state, view) => {
    expect(viewOf(state)).toMatchObject(view);
  });
});

describe('next steps', () => {
  const bench = JointBench.of([
    { code: 'a', kind: 'key' },
    { code: 'b', after: ['a'] },
  ]);

  it('are news first, then what is free, and the same until done', () => {
    expect(nextSteps(bench.joint, new Map())).toEqual([{ kind: 'start', branch: 'a', attempt: 1 }]);
    bench.start('a');
    const record = bench.joint.branches['a']!.attempts[0]!.record;
    expect(nextSteps(bench.joint, new Map([[record, held({})]]))).toEqual([]);
    // An entry that changes nothing for the graph is no news.
    expect(nextSteps(bench.joint, new Map([[record, held({ seq: 2 })]]))).toEqual([]);
    const closed = new Map([
      [record, held({ status: 'closed', closing: 'approved', seq: 5, closedAt: morningOf('2026-03-06') })],
    ]);
    expect(nextSteps(bench.joint, closed)).toMatchObject([{ kind: 'note', branch: 'a', attempt: 1, view: { seq: 5 } }]);
    expect(nextSteps(bench.joint, closed)).toEqual(nextSteps(bench.joint, closed));
    bench.note('a', 'closed', 'approved', { seq: 5 });
    expect(nextSteps(bench.joint, closed)).toEqual([{ kind: 'start', branch: 'b', attempt: 1 }]);
  });

  it('end with the joint case, but for branches on their way to their end', () => {
    bench.start('b').do({ type: 'withdraw', reasonCode: 'givenUp', reason: 'x' }, { role: 'resident' });
    expect(isWatched(bench.joint)).toBe(true);
    bench.note('b', 'closed', 'withdrawn');
    expect([isWatched(bench.joint), nextSteps(bench.joint, new Map())]).toEqual([false, []]);
  });
});
