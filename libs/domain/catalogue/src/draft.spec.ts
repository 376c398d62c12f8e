import { draftActions, draftStatuses, draftTransitions, decideDraft, evolveDraft, type DraftCommand } from './draft.js';
import type { ItemDraft } from './draft.js';
import { departmentSchema } from './department.js';
import { serviceItemSchema, type ServiceItem } from './item.js';

const departments = [
  departmentSchema.parse({ id: 'civil-affairs', version: 1, name: '民政局', field: '11', tiers: ['district'] }),
];
const document: ServiceItem = serviceItemSchema.parse({
  code: '370511001000',
  version: 1,
  name: '高龄津贴申领',
  type: 'benefit',
  level: 'district',
  departmentId: 'civil-affairs',
  description: '发放高龄津贴。',
  audience: ['naturalPerson'],
  regime: 'promised',
  legalBasis: [{ statute: '中华人民共和国老年人权益保障法', article: '第三十三条' }],
  conditions: ['年满80周岁'],
  materials: [],
  steps: [{ name: '受理', power: 'accept', days: 1 }],
  statutoryDays: 20,
  promisedDays: 5,
  fee: { charged: false },
  presenceRequired: false,
  result: { kind: 'approval', name: '通知' },
  applicantForm: { type: 'object', properties: {}, required: [] },
  themes: ['pension'],
  validFrom: '2026-01-01',
});
const faulty: ServiceItem = { ...document, promisedDays: 30 };
const id = '00000000-0000-7000-8000-000000000001';

function after(...commands: readonly (readonly [DraftCommand, string])[]) {
  let state: ItemDraft | undefined;
  for (const [command, by] of commands) {
    const decided = decideDraft(state, command, by, departments);
    if (!decided.ok) return { state, refused: decided.refusal };
    state = evolveDraft(id, state, { ...decided.value, at: 0 });
  }
  return { state, refused: undefined };
}
const create = [{ action: 'create', document }, 'writer'] as const;
const approve = [{ action: 'approve' }, 'reader'] as const;

describe('a version on its way', () => {
  it('is written, read by a second person, published and withdrawn', () => {
    const { state } = after(
      create,
      approve,
      [{ action: 'publish', document }, 'writer'],
      [{ action: 'withdraw', note: '政策调整' }, 'writer'],
    );
    expect(state).toMatchObject({ status: 'withdrawn', seq: 4, editors: ['writer'], reviewedBy: 'reader' });
    expect(state?.history.map(({ action }) => action)).toEqual(['create', 'approve', 'publish', 'withdraw']);
  });

  it('is not reviewed by anybody who has written any of it', () => {
    const edit = [{ action: 'edit', document: { ...document, description: '改' } }, 'second'] as const;
    for (const by of ['writer', 'second']) {
      expect(after(create, edit, [{ action: 'approve' }, by]).refused).toMatchObject({ code: 'catalogue.same-person' });
    }
    expect(after(create, edit, approve).state).toMatchObject({ status: 'reviewed' });
  });

  it('is read again when it was changed after the review', () => {
    const { state, refused } = after(
      create,
      approve,
      [{ action: 'edit', document }, 'third'],
      [{ action: 'publish', document }, 'writer'],
    );
    expect(refused).toMatchObject({ code: 'catalogue.draft-state' });
    expect(state).toMatchObject({ status: 'draft' });
    expect(state?.reviewedBy).toBeUndefined();
  });

  it('may be faulty while it is written, not when it is approved or published', () => {
    const { state, refused } = after([{ action: 'create', document: faulty }, 'writer'], approve);
    expect(state).toMatchObject({ status: 'draft' });
    expect(refused).toMatchObject({ code: 'item.invalid' });
    expect(after(create, approve, [{ action: 'publish', document: faulty }, 'writer']).refused).toMatchObject({
      code: 'item.invalid',
    });
  });

  it('keeps its code', () => {
    const other = { ...document, code: '370511002000' };
    expect(after(create, [{ action: 'edit', document: other }, 'writer']).refused).toMatchObject({
      code: 'request.invalid',
    });
  });

  it('reaches every status, and leaves every status but the last', () => {
    const edges = draftActions.flatMap((action) => Object.entries(draftTransitions[action]));
    const reachable = new Set(edges.map(([, to]) => to));
    expect([...reachable].sort()).toEqual([...draftStatuses].sort());
    const left = new Set(edges.map(([from]) => from));
    expect(draftStatuses.filter((status) => !left.has(status))).toEqual(['withdrawn']);
  });
});
