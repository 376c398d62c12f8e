import { z } from 'zod';
import { everyEntry, fees, personalWords, refusal, samples, submitted, submittedWith } from './case.fixture.js';
import { caseCommandSchema, caseCommandSchemas } from './command-schemas.js';
import { caseEntrySchemas, checkCaseEntry, isCaseEntryType, knowsCaseEntry } from './entry-schemas.js';
import { noProcedures } from './procedure-state.js';
import { completeState, type CaseState } from './state.js';

const whole = everyEntry().flatMap(({ drafts }) => drafts);

describe('entry schemas', () => {
  it('cover every type that the rules write, and their drafts pass', () => {
    expect([...new Set(whole.map(({ type }) => type))].sort()).toEqual(Object.keys(caseEntrySchemas).sort());
    for (const draft of whole) expect(checkCaseEntry(draft)).toEqual({ ok: true, value: undefined });
  });

  it('are strict: a person cannot be smuggled into facts', () => {
    for (const draft of whole.filter(({ type }) => type.startsWith('case.'))) {
      const smuggled = checkCaseEntry({ ...draft, facts: { ...draft.facts, name: '王秀英' } });
      expect(smuggled).toMatchObject({ refusal: { code: 'request.invalid' } });
      for (const word of personalWords) expect(JSON.stringify(draft.facts)).not.toContain(word);
    }
    const legalBasis = '证件号11010519491231002X';
    expect(caseCommandSchemas.notAccept.safeParse({ ...samples.notAccept, legalBasis }).success).toBe(false);
  });

  it('tell what is not known yet from what is wrong', () => {
    const [draft] = submitted().drafts;
    expect(checkCaseEntry({ type: 'case.suspended', version: 1, facts: {} })).toMatchObject({
      refusal: { code: 'link.schema' },
    });
    expect(checkCaseEntry({ ...draft!, version: 9 })).toMatchObject({ refusal: { code: 'link.schema' } });
    expect(checkCaseEntry({ ...draft!, sealed: {} })).toMatchObject({ refusal: { code: 'request.invalid' } });
    expect(isCaseEntryType('toString')).toBe(false);
  });
});

describe('versions of an application', () => {
  it('are the first unless the item has fees or steps, and both are read', () => {
    const steps = [{ name: '审查', power: 'decide' as const, days: 3 }];
    const [plain, charged, stepped] = [submitted(), submittedWith({ fees }), submittedWith({ steps })];
    expect([plain, charged, stepped].map(({ drafts }) => drafts[0]?.version)).toEqual([1, 2, 2]);
    expect([plain.case.item.fees, charged.case.item.fees, stepped.case.item.steps]).toEqual([undefined, fees, steps]);
    const disguised = { ...charged.drafts[0]!, version: 1 };
    expect(checkCaseEntry(disguised)).toMatchObject({ refusal: { code: 'request.invalid' } });
    expect(knowsCaseEntry('case.accepted', 2)).toBe(false);
  });

  it('stored by an earlier release is completed when it is read', () => {
    const { pauses: _p, fee: _f, reviews: _r, conferences: _c, ...old } = submitted().case;
    expect(completeState(old as CaseState)).toEqual({ ...submitted().case, pauses: [], fee: noProcedures.fee });
  });
});

describe('command schemas', () => {
  it('accept what the rules take and refuse what is more', () => {
    for (const command of Object.values({ ...samples, refusal })) {
      expect(caseCommandSchema.parse(command)).toEqual(command);
      expect(caseCommandSchema.safeParse({ ...command, extra: 1 }).success).toBe(false);
    }
    expect(caseCommandSchema.safeParse({ ...samples.submit, queryCode: '12345' }).success).toBe(false);
    expect(caseCommandSchema.safeParse({ ...samples.certify, validTo: '2026-02-30' }).success).toBe(false);
    expect(caseCommandSchema.safeParse({ ...samples.handOver, to: 'here' }).success).toBe(false);
  });

  it('can be published as JSON Schema, without what the owner adds', () => {
    const body = caseCommandSchemas.submit.omit({ type: true, sequence: true, catalogue: true });
    expect(z.toJSONSchema(body)).toMatchObject({ type: 'object', additionalProperties: false });
  });
});
