import fc from 'fast-check';
import {
  nextMoveStep,
  nodeEvents,
  nodeLife,
  nodeStates,
  nodeStep,
  writersOf,
  type MoveFacts,
  type MoveStep,
  type NodeState,
} from './node-life.js';

const follow = (from: NodeState, events: readonly (typeof nodeEvents)[number][]): NodeState =>
  events.reduce<NodeState>((state, event) => {
    const next = nodeStep(state, event);
    return next.ok ? next.value : state;
  }, from);

describe('life of a node', () => {
  it('reaches every state from the first one, and ends from every state', () => {
    const reached = new Set<NodeState>(['unknown']);
    for (const state of reached)
      for (const event of nodeEvents) {
        const next = nodeLife[state].on[event];
        if (next !== null) reached.add(next);
      }
    expect([...reached].sort()).toEqual([...nodeStates].sort());
    for (const state of nodeStates) {
      const ends = new Set<NodeState>([state]);
      for (const at of ends) for (const event of nodeEvents) ends.add(nodeLife[at].on[event] ?? at);
      expect(ends.has('retired')).toBe(true);
    }
  });

  it('has no way back into work from its end, whatever happens', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<NodeState>('retiring', 'retired'),
        fc.array(fc.constantFrom(...nodeEvents)),
        (from, events) => {
          const state = follow(from, events);
          expect(nodeLife[state].takesWork).toBe(false);
          if (from === 'retired') expect(state).toBe('retired');
        },
      ),
    );
  });

  it('takes work in one state only, and never without the approval of its parent', () => {
    expect(nodeStates.filter((state) => nodeLife[state].takesWork)).toEqual(['active']);
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...nodeEvents.filter((event) => event !== 'approve'))), (events) => {
        expect(follow('unknown', events)).toBe('unknown');
      }),
    );
  });

  it('refuses what its table does not have, with a code', () => {
    expect(nodeStep('retired', 'open')).toMatchObject({ ok: false, refusal: { code: 'node.state' } });
    expect(nodeStep('moving', 'end')).toMatchObject({ ok: false, refusal: { code: 'node.state' } });
  });
});

/** What a step leaves behind when it was done to its end. */
const effects: Readonly<Record<MoveStep, Partial<MoveFacts>>> = {
  fence: { fenced: true },
  copy: { arrived: true },
  equip: { equipped: true },
  release: { released: true },
  clear: { cleared: true },
  done: {},
};
const begun: MoveFacts = { fenced: false, arrived: false, equipped: false, released: false, cleared: false };
const mostRuns = 200;

describe('moving a node', () => {
  it('ends, however often it is killed before or within a step, and nobody writes twice', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 40 }), fc.integer({ min: 0, max: 40 }), (deaths, restartAt) => {
        let facts = begun;
        const steps: MoveStep[] = [];
        for (let run = 0; run < mostRuns; run++) {
          const step = nextMoveStep(facts);
          if (step === 'done') break;
          // The old host may be started at any moment, and lets go when it finds the fence.
          if (run === restartAt && facts.fenced) facts = { ...facts, released: true };
          if (deaths[run] === true) continue;
          facts = { ...facts, ...effects[step] };
          steps.push(step);
          expect(writersOf(facts).length).toBeLessThanOrEqual(1);
        }
        expect(facts).toEqual({ fenced: true, arrived: true, equipped: true, released: true, cleared: true });
        expect(writersOf(facts)).toEqual(['new']);
        expect(steps.indexOf('fence')).toBe(0);
        expect(new Set(steps).size).toBe(steps.length);
      }),
    );
  });

  it('never clears what has not arrived or is still held by the old host', () => {
    const all = fc.record<MoveFacts>({
      ...{ fenced: fc.boolean(), arrived: fc.boolean(), equipped: fc.boolean() },
      ...{ released: fc.boolean(), cleared: fc.boolean() },
    });
    fc.assert(
      fc.property(all, (facts) => {
        const step = nextMoveStep(facts);
        if (step === 'clear') expect(facts).toMatchObject({ arrived: true, equipped: true, released: true });
        if (step === 'copy') expect(facts.fenced).toBe(true);
      }),
    );
  });
});
