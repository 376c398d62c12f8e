import fc from 'fast-check';
import {
  confirmed,
  errandAfter,
  errandEvents,
  errandPlaces,
  errandStates,
  errandTable,
  handOverTo,
  isWanted,
  supplementWith,
  type Errand,
  type ErrandState,
  type Supplement,
} from './errand.js';
import { aFile, anApplication } from './outbox.fixture.js';
import type { Sight } from './facts.js';
import { filesOf, placeOf, seenAs, waitsForAgent } from './outbox.js';

const answersTo = (state: ErrandState): Supplement => ({
  ...{ kind: 'supplement', notice: 'BZ1', files: [aFile('f1')] },
  ...{ state, key: 'k', request: undefined, refusal: undefined },
});
const newKey = (): string => 'another';

it('is a total table that reaches every state from a draft', () => {
  for (const state of errandStates) {
    expect(Object.keys(errandTable[state]).sort()).toEqual([...errandEvents].sort());
    expect(errandPlaces[state]).toBeDefined();
  }
  const reached = new Set<ErrandState>(['draft']);
  for (const state of reached)
    for (const to of Object.values(errandTable[state])) if (to !== undefined) reached.add(to);
  expect([...reached].sort()).toEqual([...errandStates].sort());
});

it('changes nothing of what may have left the phone, whatever the agent does', () => {
  for (const state of ['sending', 'asked', 'taken'] as const) {
    const errand = answersTo(state);
    expect(supplementWith(errand, 'BZ1', () => [], newKey)).toBe(errand);
    expect(confirmed(errand, newKey)).toBe(errand);
  }
});

it('says truly where it is after any run of events', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...errandEvents), { maxLength: 30 }), (run) => {
      let errand: Errand = answersTo('draft');
      let hasLeft = false;
      for (const event of run) {
        const before = errand.state;
        errand = event === 'confirm' ? confirmed(errand, newKey) : errandAfter(errand, event);
        hasLeft = event === 'begin' ? errand.state === 'sending' : hasLeft && errand.state !== 'ready';
        if (errandPlaces[errand.state] === 'onTheWay') expect(hasLeft).toBe(true);
        if (errandPlaces[errand.state] === 'atVillage') expect(['sending', 'asked', 'taken']).toContain(before);
        // The papers are here until they are done with.
        expect(errand).toMatchObject({ files: errand.state === 'taken' ? [] : [{ id: 'f1' }] });
      }
    }),
  );
});

it('begins anew with another notice, and keeps its files as long as it is wanted', () => {
  const other = supplementWith(answersTo('refused'), 'BZ2', (files) => [...files, aFile('f2')], newKey);
  expect(other).toMatchObject({ notice: 'BZ2', state: 'draft', files: [{ id: 'f2' }] });
  const sight: Sight = {
    ...{ status: 'supplementing', closing: null, owner: 't', intake: 'v', closedAt: null, delivered: false },
    notice: { number: 'BZ1', materials: ['id-card'] },
  };
  const held = anApplication({ state: 'answered', sight, errand: answersTo('refused') });
  expect(filesOf(held).map(({ id }) => id)).toEqual(['f1']);
  expect(placeOf(held)).toBe('onPhone');
  expect(waitsForAgent(held)).toBe(true);
  expect(seenAs(held, sight).errand).toBe(held.errand);
  expect(filesOf(seenAs(held, { ...sight, notice: { number: 'BZ2', materials: [] } }))).toEqual([]);
  const back = { ...sight, status: 'submitted', owner: 'v', notice: undefined };
  expect(seenAs(held, back)).toMatchObject({ state: 'atVillage', errand: undefined });
});

it('is for the agent to do where papers are asked for or a result lies there', () => {
  const closed: Sight = {
    ...{ status: 'closed', closing: 'certified', owner: 't', intake: 'v', closedAt: null, delivered: false },
  };
  const waits = (sight: Sight, errand?: Errand) => waitsForAgent(anApplication({ state: 'answered', sight, errand }));
  expect(waits(closed)).toBe(true);
  expect(waits({ ...closed, closing: 'refused' })).toBe(false);
  expect(waits(closed, handOverTo('王秀英', 0, 'k'))).toBe(false);
  expect(isWanted(handOverTo('王秀英', 0, 'k'), closed)).toBe(true);
  expect(isWanted(handOverTo('王秀英', 0, 'k'), { ...closed, delivered: true })).toBe(false);
});
