import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  catalogueIndexSchema,
  findFormProblems,
  parseCatalogueParts,
  type Catalogue,
  type ServiceItem,
} from '@tongban/domain/catalogue';
import { resolveRoute } from '@tongban/domain/delegation';
import { nodeCode, unwrap } from '@tongban/kernel';
import { jointTemplates } from './templates/templates.js';

const folder = join(import.meta.dirname, '../../../../deploy/catalogue');
const leads = { district: nodeCode('371102000000'), township: nodeCode('371102001000') } as const;
const on = '2026-03-02';
const readJson = async (name: string): Promise<unknown> => JSON.parse(await readFile(join(folder, name), 'utf8'));

describe('the bundles and the catalogue that are deployed', () => {
  let catalogue: Catalogue;
  beforeAll(async () => {
    const { files } = catalogueIndexSchema.parse(await readJson('index.json'));
    catalogue = unwrap(
      parseCatalogueParts(await Promise.all(files.map(async (name) => ({ name, json: await readJson(name) })))),
    );
  });
  const itemOf = (code: string): ServiceItem => catalogue.items.find((item) => item.code === code)!;
  const branches = jointTemplates.flatMap((template) => template.branches.map((branch) => ({ template, branch })));

  it('fit: every branch is an item that the leading node takes in', () => {
    for (const { template, branch } of branches) {
      const item = itemOf(branch.item);
      expect([branch.code, item?.name]).toEqual([branch.code, branch.name]);
      const intake = leads[template.leadTier as keyof typeof leads];
      const route = resolveRoute({ item, intake, delegations: catalogue.delegations, on });
      expect([branch.code, route.ok]).toEqual([branch.code, true]);
      expect(template.audience.filter((one) => !item.audience.includes(one as never)).length).toBeLessThan(
        template.audience.length,
      );
    }
  });

  it('one form fills them all: every field that an item wants is shared, and no shared value is refused by it', () => {
    for (const { template, branch } of branches) {
      const { properties, required } = itemOf(branch.item).applicantForm;
      expect(Object.keys(branch.form).filter((field) => properties[field] === undefined)).toEqual([]);
      const wanted = Object.entries(branch.form).flatMap(([field, use]) => (use.required ? [field] : []));
      expect(wanted.sort()).toEqual([...required].sort());
      for (const [field, { from }] of Object.entries(branch.form)) {
        const own = { type: 'object' as const, properties: { it: properties[field]! }, required: [] };
        for (const value of edgesOf(template.fields[from]!)) {
          const shared = { ...own, properties: { it: template.fields[from]! } };
          expect(findFormProblems(shared, { it: value })).toEqual([]);
          expect([branch.code, field, findFormProblems(own, { it: value })]).toEqual([branch.code, field, []]);
        }
      }
    }
  });

  it('one set of papers: every material that an item wants from the applicant is handed in once', () => {
    for (const { branch } of branches) {
      const wanted = itemOf(branch.item).materials.filter(({ necessity }) => necessity !== 'exempt');
      expect(branch.materials.map(({ code }) => code)).toEqual(wanted.map(({ code }) => code));
      expect(branch.materials.filter(({ required }) => required).map(({ code }) => code)).toEqual(
        wanted.filter(({ necessity }) => necessity === 'required').map(({ code }) => code),
      );
    }
    const project = jointTemplates[0]!;
    const uses = project.branches.flatMap(({ materials }) => materials).length;
    expect(project.materials.length).toBeLessThan(uses * 0.7);
  });
});

/** Values at the bounds of a field. */
function edgesOf(field: Catalogue['items'][number]['applicantForm']['properties'][string]): unknown[] {
  if (field.type === 'boolean') return [true, false];
  if (field.type !== 'string') return [field.minimum ?? 0, field.maximum ?? 1_000];
  if (field.enum !== undefined) return field.enum;
  if (field.format === 'date') return ['2026-03-02'];
  if (field.pattern !== undefined) return [];
  return ['字'.repeat(field.minLength ?? 0), '字'.repeat(field.maxLength ?? 100)].filter((text) => text !== '');
}
