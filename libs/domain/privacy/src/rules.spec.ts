import { closings, type Closing } from '@tongban/domain/casework';
import { addDays, localDate } from '@tongban/domain/calendar';
import { nodeCode, ownershipTypes, roles, type DecisionContext, type EntryView } from '@tongban/kernel';
import fc from 'fast-check';
import { checkErasable, retentionTerms } from './retention.js';
import { answerDays, privacyRules, type PrivacyState } from './rules.js';
import {
  checkPrivacyEntry,
  privacyCommandSchema,
  requestKinds,
  type PrivacyCommand,
  type RequestKind,
} from './schemas.js';

const rules = privacyRules();
const township = nodeCode('371102001000');
const village = nodeCode('371102001001');
const record = '01890000-0000-7000-8000-000000000001';
const ofCase = '01890000-0000-7000-8000-000000000002';
const now = Date.parse('2026-03-02T01:00:00Z');
const dayMs = 86_400_000;

const contextOf = (
  role: DecisionContext['actor']['role'],
  changes: Partial<DecisionContext> = {},
): DecisionContext => ({
  ...{ owner: township, record, occurredAt: now, now },
  actor: { subject: `${role}-1`, role, division: township },
  ...changes,
});
const ask = (kind: RequestKind): PrivacyCommand => ({ type: 'ask', case: ofCase, kind, text: '王秀英要求处理' });
const granted: PrivacyCommand = { type: 'answer', outcome: 'granted', text: '同意' };
const refused: PrivacyCommand = {
  type: 'answer',
  outcome: 'refused',
  text: '不能',
  legalBasis: '个人信息保护法第四十七条',
};

function run(state: PrivacyState | undefined, command: PrivacyCommand, context: DecisionContext): PrivacyState {
  const decided = rules.decide(state, command, context);
  if (!decided.ok) throw new Error(decided.refusal.code);
  const [draft] = decided.value;
  expect(checkPrivacyEntry(draft!)).toEqual({ ok: true, value: undefined });
  expect(JSON.stringify(draft!.facts)).not.toContain('王秀英');
  return rules.evolve(state, {
    ...{ id: record, record, seq: (state?.seq ?? 0) + 1, epoch: 1, version: 1, author: context.owner },
    ...{ actor: context.actor, occurredAt: now, recordedAt: now, type: draft!.type, facts: draft!.facts },
  });
}
const codeOf = (state: PrivacyState | undefined, command: PrivacyCommand, context: DecisionContext) => {
  const decided = rules.decide(state, command, context);
  return decided.ok ? undefined : decided.refusal.code;
};
const asked = (kind: RequestKind): PrivacyState => run(undefined, ask(kind), contextOf('resident'));

describe('a request about personal data', () => {
  it('has its answer within thirty days', () => {
    expect(asked('correction')).toMatchObject({ answerBy: addDays('2026-03-02', answerDays), askedBy: 'resident-1' });
  });

  it.each(roles.filter((role) => role !== 'resident'))('is not made by a %s', (role) => {
    expect(codeOf(undefined, ask('deletion'), contextOf(role))).toBe('jurisdiction.role');
  });

  it.each(roles.filter((role) => role !== 'approver'))('is not answered by a %s', (role) => {
    expect(codeOf(asked('deletion'), granted, contextOf(role))).toBe('jurisdiction.role');
  });

  it.each(Object.keys(requestKinds) as RequestKind[])('for %s erases only where deletion was granted', (kind) => {
    const approver = contextOf('approver');
    expect(run(asked(kind), granted, approver).answer).toMatchObject({ erases: kind === 'deletion', by: 'approver-1' });
    expect(run(asked(kind), refused, approver).answer).toMatchObject({ erases: false, outcome: 'refused' });
  });

  it('is answered once, where it was made, and a refusal names the law', () => {
    const approver = contextOf('approver');
    expect(codeOf(undefined, granted, approver)).toBe('privacy.unknown');
    expect(codeOf(run(asked('objection'), granted, approver), refused, approver)).toBe('privacy.answered');
    expect(codeOf(asked('objection'), granted, contextOf('approver', { owner: village }))).toBe('privacy.not-owner');
    const { legalBasis: _basis, ...unfounded } = refused as Extract<PrivacyCommand, { type: 'answer' }>;
    expect(codeOf(asked('objection'), unfounded, approver)).toBe('request.invalid');
    expect(codeOf(asked('objection'), ask('deletion'), contextOf('resident'))).toBe('request.key-reused');
  });

  it('folds ownership, and nothing from the future', () => {
    const state = asked('restriction');
    const entry: EntryView = {
      ...{ id: record, record, seq: 2, epoch: 2, version: 1, author: village, type: ownershipTypes.taken, facts: {} },
      ...{ actor: contextOf('system').actor, occurredAt: now, recordedAt: now },
    };
    expect(rules.evolve(state, entry)).toMatchObject({ owner: village, epoch: 2 });
    expect(() => rules.evolve(undefined, entry)).toThrow('does not begin');
    expect(() => rules.evolve(state, { ...entry, type: 'privacy.asked' })).toThrow('twice');
    expect(() => rules.evolve(state, { ...entry, type: 'privacy.forgotten' })).toThrow('unknown entry');
    expect(checkPrivacyEntry({ ...entry, type: 'privacy.asked', version: 2 })).toMatchObject({
      refusal: { code: 'link.schema' },
    });
    expect(checkPrivacyEntry({ type: 'privacy.asked', version: 1, facts: { name: '王秀英' } })).toMatchObject({
      refusal: { code: 'request.invalid' },
    });
  });

  it('has strict commands', () => {
    expect(privacyCommandSchema.safeParse({ ...ask('deletion'), more: 1 }).success).toBe(false);
    expect(privacyCommandSchema.safeParse({ ...ask('deletion'), kind: 'forget' }).success).toBe(false);
  });
});

describe('papers of a case', () => {
  const codeAt = (closing: Closing | null, closedAt: number | null, at: number) => {
    const checked = checkErasable({ closing, closedAt }, at);
    return checked.ok ? undefined : checked.refusal.code;
  };

  it('stay while the case is open', () => expect(codeAt(null, null, now)).toBe('privacy.case-open'));

  it('go at once where the applicant took the application back', () => {
    expect(codeAt('withdrawn', now, now)).toBeUndefined();
  });

  it('stay ten years where something was decided, with the law that says so', () => {
    for (const closing of ['certified', 'approved', 'refused'] as const) {
      expect(codeAt(closing, now, Date.parse('2036-03-01T15:59:59Z'))).toBe('privacy.retention');
      expect(codeAt(closing, now, Date.parse('2036-03-01T16:00:00Z'))).toBeUndefined();
    }
    expect(checkErasable({ closing: 'approved', closedAt: now }, now)).toMatchObject({
      refusal: { params: { from: '2036-03-02', basis: retentionTerms.approved.basis } },
    });
  });

  it('may go from one day on, and on every day after it', () => {
    const kinds = Object.keys(closings) as Closing[];
    fc.assert(
      fc.property(fc.constantFrom(...kinds), fc.integer({ min: 0, max: 5_000 }), (closing, days) => {
        const at = now + days * dayMs;
        const checked = checkErasable({ closing, closedAt: now }, at);
        if (checked.ok) expect(localDate(at) >= checked.value.from).toBe(true);
        else expect(codeAt(closing, now, at - dayMs)).toBe('privacy.retention');
      }),
    );
  });
});
