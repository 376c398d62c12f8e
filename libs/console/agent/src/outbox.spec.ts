import fc from 'fast-check';
import type { Sight } from './facts.js';
import {
  edited,
  events,
  hasFaded,
  keptAfterClosingDays,
  next,
  nextStep,
  outboxTable,
  places,
  slimmed,
  states,
  submissionOf,
  type Application,
  type OutboxState,
} from './outbox.js';
import { anApplication, aFile, aMandate } from './outbox.fixture.js';

const dayMs = 86_400_000;
const sights: readonly Sight[] = ['submitted', 'supplementing', 'accepted', 'approved', 'closed'].flatMap((status) =>
  ['village', 'township'].map((owner) => ({
    ...{ status, owner, intake: 'village', delivered: false },
    ...{
      closing: status === 'closed' ? 'certified' : null,
      closedAt: status === 'closed' ? '2026-03-02T02:00:00Z' : null,
    },
  })),
);
const sight = fc.constantFrom(...sights);
const event = fc.constantFrom(...events);

describe('the table of the outbox', () => {
  it('is total, and leads to states that there are', () => {
    for (const state of states) {
      expect(Object.keys(outboxTable[state]).sort()).toEqual([...events].sort());
      for (const each of events) for (const to of outboxTable[state][each]) expect(states).toContain(to);
    }
    expect(Object.keys(places).sort()).toEqual(states.filter((state) => state !== 'gone').sort());
  });

  it('reaches every state from a draft, and the end from every state', () => {
    const reached = (from: OutboxState): Set<OutboxState> => {
      const found = new Set([from]);
      for (const state of found) for (const each of events) for (const to of outboxTable[state][each]) found.add(to);
      return found;
    };
    expect([...reached('draft')].sort()).toEqual([...states].sort());
    for (const state of states) expect([state, reached(state).has('gone')]).toEqual([state, true]);
  });

  it('lets nobody edit, discard or withdraw what may have reached the village', () => {
    for (const state of ['sending', 'atVillage', 'arrived', 'answered'] as const) {
      expect([state, next(state, 'edit'), next(state, 'discard')]).toEqual([state, undefined, undefined]);
    }
  });

  it('says truly where it is after any run of events', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(event, sight), { maxLength: 40 }), (run) => {
        let state: OutboxState = 'draft';
        let [hasLeft, isTaken] = [false, false];
        for (const [happened, seen] of run) {
          const to = next(state, happened, seen);
          if (to === undefined) continue;
          hasLeft ||= happened === 'begin';
          isTaken ||= happened === 'take';
          state = to;
          if (state === 'gone') return;
          const place = places[state];
          // Nothing is called the village's that it did not answer for, and nothing leaves the village again.
          expect(['atVillage', 'arrived', 'answered'].includes(place)).toBe(isTaken);
          if (place === 'onTheWay') expect(hasLeft).toBe(true);
        }
      }),
    );
  });
});

describe('what is sent next', () => {
  const ready = anApplication({ state: 'ready', mandate: aMandate(), files: [aFile('f1'), aFile('f2')] });
  const done = (application: Application): Application['state'][] => {
    const steps: string[] = [];
    let now = application;
    for (let i = 0; i < 10; i++) {
      const step = nextStep(now);
      steps.push(step.do === 'upload' ? `upload ${step.file.id}` : step.do);
      if (step.do === 'upload') {
        const mark = (file: typeof step.file) => (file.id === step.file.id ? { ...file, registered: true } : file);
        now = { ...now, files: now.files.map(mark), mandate: { ...now.mandate!, file: mark(now.mandate!.file) } };
      } else if (step.do === 'fixTerm') {
        now = { ...now, mandate: { ...now.mandate!, term: { from: '2026-03-02', until: '2026-03-31' } } };
      } else if (step.do === 'grant') now = { ...now, mandate: { ...now.mandate!, record: 'm' } };
      else break;
    }
    return steps as never;
  };

  it('is papers, mandate and case, in this order', () => {
    expect(done(ready)).toEqual(['upload mandate', 'upload f1', 'upload f2', 'fixTerm', 'grant', 'submit']);
  });

  it('is nothing of a draft, of a refused one, and of one without a mandate', () => {
    for (const state of ['draft', 'refused', 'gone'] as const) expect(nextStep({ ...ready, state }).do).toBe('rest');
    expect(nextStep({ ...ready, mandate: undefined }).do).toBe('rest');
  });

  it('is a look at the village once it is there', () => {
    const taken = { record: 'r', number: 'n', queryCode: '123456' };
    for (const state of ['atVillage', 'arrived', 'answered'] as const)
      expect(nextStep({ ...ready, state, taken }).do).toBe('look');
  });
});

describe('an edit', () => {
  const signed = anApplication({ state: 'refused', mandate: { ...aMandate(), record: 'm' } });
  const key = (): string => 'another key';

  it('of the form keeps mandate and keys', () => {
    const changed = edited(signed, { form: { reason: '更正' } }, key);
    expect(changed).toMatchObject({
      state: 'draft',
      mandate: signed.mandate,
      keys: signed.keys,
      form: { reason: '更正' },
    });
    const address = { ...signed.applicant, address: '日照街道1号' };
    expect(edited(signed, { applicant: address }, key).mandate).toEqual(signed.mandate);
  });

  it('of who or what was signed for wants another signature under another key', () => {
    for (const change of [
      { applicant: { ...signed.applicant, name: '王秀兰' } },
      { applicant: { ...signed.applicant, identityNumber: '11010519491231002X' } },
      { item: { ...signed.item, code: '370500013009' } },
    ]) {
      const changed = edited(signed, change, key);
      expect([changed.mandate, changed.keys]).toEqual([undefined, { ...signed.keys, mandate: 'another key' }]);
    }
  });
});

describe('personal data on the phone', () => {
  it('goes once the village has it: no number, address, form or photo is kept', () => {
    const full = anApplication({
      state: 'atVillage',
      mandate: aMandate(),
      files: [aFile('f1')],
      form: { reason: '低保' },
      applicant: { name: '王秀英', identityNumber: '11010519491231002X', phone: '13800138000', address: '某村1号' },
    });
    const text = JSON.stringify(slimmed(full));
    for (const gone of ['11010519491231002X', '某村1号', '低保', full.files[0]!.key]) expect(text).not.toContain(gone);
    expect(slimmed(full).applicant.name).toBe('王秀英');
  });

  it('fades with the hand-over, and thirty days after the closing at the latest', () => {
    const closedAt = '2026-03-02T02:00:00Z';
    const closed = { status: 'closed', closing: 'certified', owner: 't', intake: 'v', closedAt, delivered: false };
    const answered = (seen: Partial<Sight>) => anApplication({ state: 'answered', sight: { ...closed, ...seen } });
    const after = (days: number) => Date.parse(closedAt) + days * dayMs;
    expect(hasFaded(answered({ delivered: true }), after(0))).toBe(true);
    expect(hasFaded(answered({}), after(keptAfterClosingDays))).toBe(false);
    expect(hasFaded(answered({}), after(keptAfterClosingDays) + 1)).toBe(true);
    expect(hasFaded(answered({ status: 'supplementing', closedAt: null }), after(400))).toBe(false);
  });
});

it('submits the same for the same application, and nothing that was not filled in', () => {
  const application = anApplication({ files: [aFile('f1')], mandate: { ...aMandate(), record: 'm' } });
  const agent = { name: '李明', phone: '13900000001' };
  expect(submissionOf(application, agent)).toEqual(submissionOf(structuredClone(application), agent));
  expect(submissionOf(application, agent)).toMatchObject({ channel: 'agent', mandate: 'm', agent });
  expect(submissionOf(application, agent).applicant).not.toHaveProperty('address');
});
