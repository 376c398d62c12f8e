import {
  chainOf,
  city,
  decideAt,
  district,
  filed,
  fileCommand,
  foldAll,
  province,
  township,
  village,
} from './intake.fixture.js';
import { checkIntakeEntry, intakeCommandSchema, knowsIntakeEntry } from './intake-schemas.js';
import { passedUpTo } from './intake.js';

const accept = {
  type: 'accept',
  case: '01900000-0000-7000-8000-0000000000aa',
  number: '3711',
  queryCode: '123456',
} as const;
const refusing = { type: 'refuse', code: 'case.form', detail: '申请表填写有误' } as const;

describe('an application on its way', () => {
  it('is filed by the gateway for its node, which takes it and answers once', () => {
    const state = filed(township);
    expect(state).toMatchObject({ owner: township, target: township, outcome: null, pendingOffer: null });
    const after = foldAll(state, chainOf(state, township, accept));
    expect(after.outcome).toEqual({ kind: 'accepted', case: accept.case, number: '3711' });
    expect(decideAt(after, township, refusing)).toMatchObject({ refusal: { code: 'exchange.application-answered' } });
  });

  it('holds nothing personal in its facts', () => {
    for (const { facts } of chainOf(undefined, province, fileCommand(township)))
      expect(JSON.stringify(facts)).not.toContain('王秀英');
    const refused = chainOf(filed(township), township, refusing);
    expect(refused[0]).toMatchObject({ facts: { code: 'case.form' }, sealed: { detail: '申请表填写有误' } });
  });

  it('goes up node by node with what the one above has to read', () => {
    const state = filed(village);
    const up = { type: 'passUp', to: township, code: 'delegation.none', submission: { applicant: '王秀英' } } as const;
    const drafts = chainOf(state, village, up);
    expect(drafts.map(({ type }) => type)).toEqual(['application.passedUp', 'record.offered']);
    expect(foldAll(state, drafts)).toMatchObject({ target: township, pendingOffer: township, owner: village });
    expect(decideAt(state, village, { ...up, to: city })).toMatchObject({ refusal: { code: 'case.power' } });
  });

  it.each([
    ['anybody but the system', 'clerk', township, accept, 'jurisdiction.role'],
    ['a node that does not own it', 'system', district, accept, 'case.not-owner'],
  ] as const)('is not answered by %s', (_who, role, node, command, code) => {
    expect(decideAt(filed(township), node, command, role)).toMatchObject({ refusal: { code } });
  });

  it('is filed by nobody but the gateway, and once', () => {
    expect(decideAt(undefined, city, fileCommand(township))).toMatchObject({
      refusal: { code: 'jurisdiction.division' },
    });
    expect(decideAt(filed(township), province, fileCommand(township))).toMatchObject({
      refusal: { code: 'request.key-reused' },
    });
    expect(decideAt(undefined, township, accept)).toMatchObject({ refusal: { code: 'exchange.application-unknown' } });
  });
});

describe('who is asked next', () => {
  it('is the node above, as far as the city, and only where the item is not left to the one asked', () => {
    expect(passedUpTo(village, 'delegation.none')).toBe(township);
    expect(passedUpTo(district, 'delegation.quota-used')).toBe(city);
    expect(passedUpTo(city, 'delegation.none')).toBeUndefined();
    expect(passedUpTo(village, 'case.duplicate')).toBeUndefined();
  });
});

describe('entries from elsewhere', () => {
  it('are known by type and version, and checked', () => {
    expect(knowsIntakeEntry('application.filed', 1)).toBe(true);
    expect(knowsIntakeEntry('application.filed', 2)).toBe(false);
    expect(checkIntakeEntry({ type: 'application.filed', version: 1, facts: { number: '' } })).toMatchObject({
      refusal: { code: 'request.invalid' },
    });
    expect(checkIntakeEntry({ type: 'application.gone', version: 1, facts: {} })).toMatchObject({
      refusal: { code: 'link.schema' },
    });
    expect(intakeCommandSchema.safeParse({ ...accept, queryCode: '12' }).success).toBe(false);
  });
});
