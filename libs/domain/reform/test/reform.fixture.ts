import { serviceItemSchema, type ServiceItem } from '@tongban/domain/catalogue';
import fc from 'fast-check';
import { reformPlanSchema, type ReformPlan, type ReformPlanInput } from '../src/plan.js';

export const effectiveOn = '2026-07-01';
export const codeAt = (index: number): string => `370511${String(index).padStart(6, '0')}`;

export const anItem = (parts: Partial<ServiceItem> = {}): ServiceItem =>
  serviceItemSchema.parse({
    code: codeAt(1),
    version: 1,
    name: '高龄津贴申领',
    type: 'benefit',
    level: 'district',
    departmentId: 'civil-affairs',
    description: '按月发放高龄津贴。',
    audience: ['naturalPerson'],
    regime: 'promised',
    legalBasis: [{ statute: '中华人民共和国老年人权益保障法', article: '第三十三条' }],
    conditions: ['年满80周岁'],
    materials: ['a', 'b', 'c'].map((code) => ({
      code,
      name: `材料${code}`,
      necessity: 'required',
      source: 'applicant',
      form: 'original',
      copies: 1,
    })),
    steps: [
      { name: '受理', power: 'accept', days: 1 },
      { name: '审核', power: 'review', days: 5 },
      { name: '决定', power: 'decide', days: 4 },
    ],
    statutoryDays: 20,
    promisedDays: 10,
    fee: { charged: true, basis: '鲁价费发〔2016〕1号', standard: '每证 10 元' },
    presenceRequired: false,
    result: { kind: 'approval', name: '通知' },
    applicantForm: { type: 'object', properties: {}, required: [] },
    themes: ['pension'],
    validFrom: '2026-01-01',
    visits: 2,
    visitReason: '须现场核验原件',
    ...parts,
  });

export const aPlan = (parts: Partial<ReformPlanInput> = {}): ReformPlan =>
  reformPlanSchema.parse({
    title: '2026 年第一轮提速',
    basis: '日政办发〔2026〕1号',
    effectiveOn,
    groups: [{ name: '行政给付', items: [codeAt(1)] }],
    changes: [{ kind: 'compress', item: codeAt(1), promisedDays: 5 }],
    ...parts,
  });

interface Wish {
  readonly promised: number;
  readonly statutoryMore: number;
  readonly keep: number;
  readonly acts: readonly boolean[];
  readonly group: boolean;
}

/** Items and a plan that may be applied to them. */
export const round: fc.Arbitrary<{ items: ServiceItem[]; plan: ReformPlan }> = fc
  .array(
    fc.record({
      promised: fc.integer({ min: 1, max: 60 }),
      statutoryMore: fc.nat(60),
      keep: fc.nat(99),
      acts: fc.array(fc.boolean(), { minLength: 7, maxLength: 7 }),
      group: fc.boolean(),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((wishes: Wish[]) => {
    const changes: ReformPlanInput['changes'] = [];
    const items = wishes.map(({ promised, statutoryMore, keep, acts }, index) => {
      const code = codeAt(index + 1);
      const [compress, cutMaterials, cutFee, cutSteps, cutTrips, delegate, cancel] = acts;
      if (cancel === true && keep % 3 === 0) changes.push({ kind: 'cancel', item: code });
      else {
        if (cutSteps === true) changes.push({ kind: 'cutSteps', item: code, steps: ['审核'] });
        if (compress === true) changes.push({ kind: 'compress', item: code, promisedDays: keep % promised });
        if (cutMaterials === true) changes.push({ kind: 'cutMaterials', item: code, materials: ['b', 'c'] });
        if (cutFee === true) changes.push({ kind: 'cutFee', item: code });
        if (cutTrips === true) changes.push({ kind: 'cutTrips', item: code, visits: keep % 2 });
        if (delegate === true) {
          changes.push({
            kind: 'delegate',
            item: code,
            from: 'district',
            to: 'township',
            powers: ['accept'],
            form: 'devolved',
          });
        }
      }
      const step = Math.floor(promised / 3);
      const steps = anItem().steps.map((one) => ({ ...one, days: step }));
      const named = { code, promisedDays: promised, statutoryDays: promised + statutoryMore, steps };
      return keep % 4 === 0 ? withoutVisits(anItem(named)) : anItem(named);
    });
    if (changes.length === 0) changes.push({ kind: 'cutFee', item: codeAt(1) });
    const named = (group: boolean) =>
      items.filter((_item, index) => wishes[index]!.group === group).map(({ code }) => code);
    const groups = [
      { name: '行政许可', items: named(true) },
      { name: '公共服务', items: named(false) },
    ].filter((group) => group.items.length > 0);
    return { items, plan: aPlan({ groups, changes }) };
  });

function withoutVisits({ visits: _unstated, ...item }: ServiceItem): ServiceItem {
  return item;
}
