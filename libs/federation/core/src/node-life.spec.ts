import fc from 'fast-check';
import {
  eventOfJoin,
  nextJoinStep,
  nextMoveStep,
  nodeEvents,
  nodeLife,
  nodeStateOf,
  nodeStates,
  nodeStep,
  writersOf,
  type JoinFacts,
  type JoinStep,
  type MoveFacts,
  type MoveStep,
  type NodeFacts,
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

const joinEffects: Readonly<Record<JoinStep, Partial<JoinFacts>>> = {
  key: { keyed: true },
  approve: { approved: true },
  equip: { equipped: true },
  enter: { entered: true },
  list: { listed: true },
  open: { open: true },
  done: {},
};
const unjoined: JoinFacts = {
  ...{ keyed: false, approved: false, equipped: false, entered: false, listed: false, open: false },
};
const lifeOf = (facts: JoinFacts) => nodeStateOf({ ...facts, departing: false, ending: false, closed: false });

describe('joining', () => {
  it('ends, however often it is killed, each step once, and each is one that the node’s life allows', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 40 }), fc.boolean(), (deaths, shared) => {
        let facts: JoinFacts = { ...unjoined, equipped: shared };
        const steps: JoinStep[] = [];
        for (let run = 0; run < mostRuns; run++) {
          const step = nextJoinStep(facts);
          if (step === 'done') break;
          // Killed before the step was done; what is equipped is known to the process alone.
          if (deaths[run] === true) facts = { ...facts, equipped: shared };
          else {
            const event = eventOfJoin[step];
            if (event !== undefined) expect(nodeStep(lifeOf(facts), event).ok).toBe(true);
            facts = { ...facts, ...joinEffects[step] };
            if (step !== 'equip') steps.push(step);
          }
        }
        expect(nextJoinStep(facts)).toBe('done');
        expect(steps).toEqual(['key', 'approve', 'enter', 'list', 'open']);
        expect(lifeOf(facts)).toBe('active');
      }),
    );
  });

  it('never enters a key without its approval, nor lists a node whose key nobody knows', () => {
    const all = fc.record<JoinFacts>({
      ...{ keyed: fc.boolean(), approved: fc.boolean(), equipped: fc.boolean() },
      ...{ entered: fc.boolean(), listed: fc.boolean(), open: fc.boolean() },
    });
    fc.assert(
      fc.property(all, (facts) => {
        const step = nextJoinStep(facts);
        if (step === 'enter') expect(facts).toMatchObject({ keyed: true, approved: true, equipped: true });
        if (step === 'list') expect(facts.entered).toBe(true);
        if (step === 'done') expect(Object.values(facts)).not.toContain(false);
      }),
    );
  });

  it('is not for a node that ends, has ended or is on its way elsewhere', () => {
    const all = fc.record<NodeFacts>({
      ...{ approved: fc.boolean(), entered: fc.boolean(), listed: fc.boolean() },
      ...{ departing: fc.boolean(), ending: fc.boolean(), closed: fc.boolean() },
    });
    fc.assert(
      fc.property(all, (facts) => {
        const state = nodeStateOf(facts);
        const joins = (['approve', 'enter', 'open'] as const).some((event) => nodeStep(state, event).ok);
        expect(joins).toBe(!facts.closed && !facts.ending && !facts.departing);
        expect(nodeLife[state].takesWork).toBe(joins && facts.entered && facts.listed);
      }),
    );
  });
});
