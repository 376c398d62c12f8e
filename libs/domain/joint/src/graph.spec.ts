import fc from 'fast-check';
import { conclusionOf } from './conclusion.js';
import { JointBench } from './joint.fixture.js';
import type { BranchKind } from './codes.js';

/** Branches that wait for earlier ones only: any order of ends is possible, and none is a circle. */
const graphs = fc
  .array(
    fc.record({
      before: fc.array(fc.nat(8), { maxLength: 3 }),
      kind: fc.constantFrom<BranchKind>('key', 'required', 'optional'),
      chosen: fc.boolean(),
      passes: fc.boolean(),
    }),
    { minLength: 2, maxLength: 9 },
  )
  .map((list) =>
    list.map(({ before, kind, ...rest }, at) => ({
      ...rest,
      code: `b${at}`,
      kind: at === 0 ? ('key' as const) : kind,
      before: [...new Set(before.filter((one) => one < at))],
    })),
  )
  .map((list) =>
    list.map((one) => ({
      ...one,
      // What has to be done never waits for what may be left out.
      after: one.before.filter((at) => one.kind === 'optional' || list[at]!.kind !== 'optional').map((at) => `b${at}`),
    })),
  );

describe('the graph', () => {
  it('is executed like a naive model of it, in any order of ends, and is concluded by its rule', () => {
    fc.assert(
      fc.property(graphs, fc.infiniteStream(fc.nat(1000)), (nodes, dice) => {
        const chosen = nodes.filter(({ kind, chosen: wanted }) => kind !== 'optional' || wanted);
        const isChosen = (code: string): boolean => chosen.some((one) => one.code === code);
        const bench = JointBench.of(
          nodes,
          nodes.filter(({ kind, chosen: wanted }) => kind === 'optional' && wanted).map(({ code }) => code),
        );
        const ended = new Map<string, boolean>();
        const running = new Set<string>();
        for (let step = 0; step < 60; step++) {
          const free = chosen.filter(
            ({ code, after }) =>
              !ended.has(code) && !running.has(code) && after.every((one) => !isChosen(one) || ended.get(one) === true),
          );
          expect(bench.ready().sort()).toEqual(free.map(({ code }) => code).sort());
          const moves = [...free.map(({ code }) => code), ...running];
          if (moves.length === 0) break;
          const move = moves[dice.next().value! % moves.length]!;
          if (running.has(move)) {
            const { passes } = nodes.find(({ code }) => code === move)!;
            bench.note(move, 'closed', passes ? 'certified' : 'refused');
            running.delete(move);
            ended.set(move, passes);
          } else {
            bench.start(move);
            running.add(move);
          }
        }
        const dead = chosen.filter(({ code }) => ended.get(code) !== true);
        const expected = dead.some(({ kind }) => kind === 'key')
          ? 'refused'
          : dead.some(({ kind }) => kind === 'required')
            ? 'partly'
            : 'approved';
        expect(conclusionOf(bench.joint)).toMatchObject({ ok: true, value: { outcome: expected } });
      }),
      { numRuns: 150 },
    );
  });

  it('goes on beside a supplement or a return', () => {
    const bench = JointBench.of([{ code: 'a', kind: 'key' }, { code: 'b' }, { code: 'c', after: ['b'] }]);
    bench.start('a').note('a', 'supplementing').start('b');
    expect([bench.stage('a'), bench.stage('b'), bench.stage('c')]).toEqual(['supplementing', 'running', 'waiting']);
    bench.note('b', 'closed', 'approved').start('c').note('a', 'accepted').note('c', 'closed', 'notAccepted');
    expect([bench.stage('a'), bench.stage('c')]).toEqual(['running', 'failed']);
  });
});

describe('a stage that the applicant opens', () => {
  it('holds its branches back until then, whatever is done before them', () => {
    const bench = JointBench.of(
      [
        { code: 'a', kind: 'key' },
        { code: 'b', after: ['a'], stage: 'second' },
      ],
      [],
      ['first', 'second'],
    );
    bench.pass('a');
    expect(bench.stage('b')).toBe('notOpened');
    bench.do({ type: 'openStage', stage: 'second', form: {}, attachments: [], chosen: [] });
    expect(bench.stage('b')).toBe('ready');
  });
});
