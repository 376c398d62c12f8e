import fc from 'fast-check';
import { addDays, localDate } from '@tongban/domain/calendar';
import {
  nodeCode,
  ownershipTypes,
  type DecisionContext,
  type EntryView,
  type JsonObject,
  type Role,
} from '@tongban/kernel';
import { covers, type ClaimedAct } from './covers.js';
import { mandateRules } from './rules.js';
import { checkMandateEntry, mandateCommandSchema, type GrantCommand, type MandateCommand } from './schemas.js';
import type { MandateState } from './state.js';

const village = nodeCode('371102001001');
const township = nodeCode('371102001000');
const record = '01890000-0000-7000-8000-000000000001';
const now = Date.parse('2026-03-02T02:00:00Z');
const dayMs = 86_400_000;
const rules = mandateRules();
const principalRef = 'd'.repeat(64);

const grant: GrantCommand = {
  type: 'grant',
  principal: { name: '王秀英', identityNumber: '11010519491231002X', phone: '13800138000' },
  principalRef,
  agent: { subject: 'agent-1' },
  items: ['370500013001', '370500013001', '370700013002'],
  powers: ['submit', 'receive'],
  from: '2026-03-02',
  until: '2026-08-31',
  evidence: { kind: 'signedPaper', digest: 'e'.repeat(64) },
  witness: { name: '赵主任' },
};
const revoke: MandateCommand = { type: 'revoke', reasonCode: 'principalRevoked', principalRef };

interface By {
  readonly role?: Role;
  readonly subject?: string;
  readonly at?: number;
  readonly now?: number;
  readonly owner?: typeof village;
}
const contextOf = (by: By): DecisionContext => ({
  owner: by.owner ?? village,
  record,
  actor: { subject: by.subject ?? 'agent-1', role: by.role ?? 'agent', division: village },
  occurredAt: by.at ?? by.now ?? now,
  now: by.now ?? now,
});

const entry = (type: string, facts: JsonObject, context: DecisionContext, seq: number): EntryView => ({
  ...{ id: record, record, seq, epoch: 1, type, version: 1, author: context.owner, actor: context.actor },
  ...{ occurredAt: context.occurredAt, recordedAt: context.now, facts },
});

function run(state: MandateState | undefined, command: MandateCommand, by: By = {}): MandateState {
  const context = contextOf(by);
  const result = rules.decide(state, command, context);
  if (!result.ok) throw new Error(result.refusal.code);
  let next = state;
  for (const { type, facts } of result.value)
    next = rules.evolve(next, entry(type, facts, context, (next?.seq ?? 0) + 1));
  return next!;
}

function codeOf(state: MandateState | undefined, command: MandateCommand, by: By = {}): string | undefined {
  const result = rules.decide(state, command, contextOf(by));
  return result.ok ? undefined : result.refusal.code;
}

const granted = (change: Partial<GrantCommand> = {}): MandateState => run(undefined, { ...grant, ...change });

describe('grant', () => {
  it('writes facts without a person; person and witness are sealed', () => {
    const result = rules.decide(undefined, grant, contextOf({}));
    if (!result.ok) throw new Error(result.refusal.code);
    const [draft] = result.value;
    expect(checkMandateEntry(draft!)).toEqual({ ok: true, value: undefined });
    expect(draft!.sealed).toEqual({ principal: grant.principal, witness: grant.witness });
    for (const word of ['王秀英', '11010519491231002X', '13800138000', '赵主任'])
      expect(JSON.stringify(draft!.facts)).not.toContain(word);
    expect(granted()).toMatchObject({
      items: ['370500013001', '370700013002'],
      witnessed: true,
      revoked: null,
      owner: village,
    });
    expect(JSON.parse(JSON.stringify(granted()))).toEqual(granted());
  });

  it('seals the signed document with the names, in a version of its own', () => {
    const evidenceFile = { digest: 'a'.repeat(64), size: 9, mediaType: 'image/png', key: 'k'.repeat(43) };
    const result = rules.decide(undefined, { ...grant, evidenceFile }, contextOf({}));
    if (!result.ok) throw new Error(result.refusal.code);
    const [draft] = result.value;
    expect(draft).toMatchObject({ version: 2, sealed: { principal: grant.principal, evidenceFile } });
    expect(checkMandateEntry(draft!).ok).toBe(true);
    expect(checkMandateEntry({ ...draft!, sealed: { principal: grant.principal } }).ok).toBe(false);
    expect(JSON.stringify(draft!.facts)).not.toContain(evidenceFile.key);
    const written = entry('mandate.granted', draft!.facts, contextOf({}), 1);
    expect(rules.evolve(undefined, { ...written, version: 2 })).toEqual(granted());
    expect(() => rules.evolve(undefined, { ...written, version: 3 })).toThrow('unknown entry');
  });

  it.each<[string, Partial<GrantCommand>, By, string | undefined]>([
    ['ends before it begins', { until: '2026-03-01' }, {}, 'mandate.invalid'],
    ['lasts a year', { until: '2027-03-01' }, {}, undefined],
    ['lasts longer than a year', { until: '2027-03-02' }, {}, 'mandate.invalid'],
    ['was signed a week ago', { from: '2026-02-23' }, {}, undefined],
    ['began too long ago', { from: '2026-02-22' }, {}, 'mandate.invalid'],
    ['is over already', { from: '2026-02-25', until: '2026-03-01' }, {}, 'mandate.invalid'],
    ['comes from the future', {}, { at: now + dayMs }, 'mandate.invalid'],
    ['is for another agent', {}, { subject: 'agent-2' }, 'mandate.other-agent'],
    ['is entered by a clerk', {}, { role: 'clerk', subject: 'clerk-1' }, undefined],
    ['is entered by a resident', {}, { role: 'resident' }, 'jurisdiction.role'],
  ])('that %s', (_name, change, by, code) => {
    expect(codeOf(undefined, { ...grant, ...change }, by)).toBe(code);
  });

  it('is not changed afterwards', () => {
    expect(codeOf(granted(), grant)).toBe('mandate.invalid');
  });
});

describe('revoke', () => {
  it.each<[string, MandateCommand, By, string | undefined]>([
    ['the principal', revoke, { role: 'resident', subject: 'wang' }, undefined],
    ['another resident', { ...revoke, principalRef: 'f'.repeat(64) }, { role: 'resident' }, 'mandate.other-principal'],
    ['an unnamed resident', { type: 'revoke', reasonCode: 'other' }, { role: 'resident' }, 'mandate.other-principal'],
    ['the agent', { type: 'revoke', reasonCode: 'agentRenounced' }, {}, undefined],
    ['another agent', revoke, { subject: 'agent-2' }, 'mandate.other-agent'],
    ['a clerk', revoke, { role: 'clerk' }, 'jurisdiction.role'],
    ['a node that does not own it', revoke, { owner: township }, 'mandate.not-owner'],
    ['the agent, after the term', revoke, { now: now + 200 * dayMs }, 'mandate.expired'],
    ['the agent, before it was granted', revoke, { at: now - 2 * dayMs, now: now + dayMs }, 'mandate.invalid'],
  ])('by %s', (_name, command, by, code) => {
    expect(codeOf(granted(), command, by)).toBe(code);
  });

  it('happens once, of a mandate that exists', () => {
    expect(codeOf(undefined, revoke)).toBe('mandate.unknown');
    expect(codeOf(run(granted(), revoke), revoke)).toBe('mandate.revoked');
  });
});

describe('covers', () => {
  const act: ClaimedAct = {
    item: '370500013001',
    power: 'submit',
    agentSubject: 'agent-1',
    principalRef,
    on: '2026-03-02',
  };

  it.each<[string, Partial<ClaimedAct>, string | undefined]>([
    ['what it names', {}, undefined],
    ['its last day', { on: '2026-08-31' }, undefined],
    ['the day after', { on: '2026-09-01' }, 'mandate.expired'],
    ['the day before', { on: '2026-03-01' }, 'mandate.not-yet-valid'],
    ['another item', { item: '370100000001' }, 'mandate.item-not-covered'],
    ['another power', { power: 'withdraw' }, 'mandate.power-not-covered'],
    ['another agent', { agentSubject: 'agent-2' }, 'mandate.other-agent'],
    ['another principal', { principalRef: 'f'.repeat(64) }, 'mandate.other-principal'],
  ])('%s', (_name, change, code) => {
    const result = covers(granted(), { ...act, ...change });
    expect(result.ok ? undefined : result.refusal.code).toBe(code);
  });

  it('nothing from the day it was revoked; what was done before stays covered', () => {
    const revoked = run(granted(), revoke, { now: now + 10 * dayMs });
    expect(covers(revoked, { ...act, on: '2026-03-11' }).ok).toBe(true);
    expect(covers(revoked, { ...act, on: '2026-03-12' })).toMatchObject({ refusal: { code: 'mandate.revoked' } });
    expect(covers(undefined, act)).toMatchObject({ refusal: { code: 'mandate.unknown' } });
  });

  it('exactly the days of the term that lie before a revocation', () => {
    const offsets = fc.integer({ min: -30, max: 400 });
    fc.assert(
      fc.property(offsets, fc.option(fc.integer({ min: 0, max: 182 })), (offset, revokedAfter) => {
        const by = { now: now + (revokedAfter ?? 0) * dayMs };
        const state = revokedAfter === null ? granted() : run(granted(), revoke, by);
        const on = addDays('2026-03-02', offset);
        const within = on >= grant.from && on <= grant.until;
        expect(covers(state, { ...act, on }).ok).toBe(within && (revokedAfter === null || on < localDate(by.now)));
      }),
    );
  });
});

describe('mandate entries', () => {
  it('move with their owner', () => {
    const taken = entry(ownershipTypes.taken, {}, contextOf({ owner: township }), 3);
    expect(rules.evolve(granted(), { ...taken, epoch: 2 })).toMatchObject({ owner: township, epoch: 2, seq: 3 });
    expect(rules.evolve(granted(), { ...taken, type: ownershipTypes.offered }).owner).toBe(village);
  });

  it('that break the record are errors, those of later versions wait', () => {
    const revoked = entry('mandate.revoked', { reasonCode: 'other', revokedOn: '2026-03-02' }, contextOf({}), 1);
    expect(() => rules.evolve(undefined, revoked)).toThrow('does not begin');
    expect(() => rules.evolve(granted(), { ...revoked, type: 'mandate.widened' })).toThrow('unknown entry');
    expect(() => rules.evolve(granted(), { ...revoked, version: 2 })).toThrow('unknown entry');
    expect(() => rules.evolve(granted(), { ...revoked, type: 'mandate.granted' })).toThrow('twice');
    expect(checkMandateEntry({ ...revoked, version: 2 })).toMatchObject({ refusal: { code: 'link.schema' } });
    expect(checkMandateEntry({ ...revoked, facts: { name: '王秀英' } })).toMatchObject({
      refusal: { code: 'request.invalid' },
    });
  });

  it('commands are strict', () => {
    for (const command of [grant, revoke]) {
      expect(mandateCommandSchema.parse(command)).toEqual(command);
      expect(mandateCommandSchema.safeParse({ ...command, extra: 1 }).success).toBe(false);
    }
    expect(mandateCommandSchema.safeParse({ ...grant, items: [] }).success).toBe(false);
    expect(mandateCommandSchema.safeParse({ ...grant, principalRef: '11010519491231002X' }).success).toBe(false);
  });
});
