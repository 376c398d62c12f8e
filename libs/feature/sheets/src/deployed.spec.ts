import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { catalogueIndexSchema, parseCatalogueParts, wholeCatalogue } from '@tongban/domain/catalogue';
import { unwrap } from '@tongban/kernel';
import { fromRows } from './layout/from-rows.js';
import { sheetLimits } from './limits.js';
import { checkRecords } from './usecase/check.js';
import { readWorkbook } from './workbook/read.js';
import { writeWorkbook } from './workbook/write.js';

jest.setTimeout(60_000);
const folder = join(import.meta.dirname, '../../../../deploy/catalogue');
const readJson = async (name: string): Promise<unknown> => JSON.parse(await readFile(join(folder, name), 'utf8'));

describe('the catalogue that is deployed', () => {
  it('comes back from a workbook as it is, and nothing is wrong with it', async () => {
    const { files } = catalogueIndexSchema.parse(await readJson('index.json'));
    const parts = await Promise.all(files.map(async (name) => ({ name, json: await readJson(name) })));
    const catalogue = wholeCatalogue(unwrap(parseCatalogueParts(parts)));
    const file = unwrap(await writeWorkbook(catalogue));
    const read = unwrap(fromRows(unwrap(await readWorkbook(file, sheetLimits))));
    const checked = checkRecords(read, wholeCatalogue(), { departments: [], items: [] });
    expect(checked.problems).toEqual([]);
    expect(checked.catalogue).toEqual(JSON.parse(JSON.stringify(catalogue)));
    const unnumbered = { ...read, records: { ...read.records, items: read.records.items.map(withoutVersion) } };
    expect(checkRecords(unnumbered, catalogue, { departments: [], items: [] }).catalogue.items).toEqual(
      checked.catalogue.items,
    );
  });
});

function withoutVersion<T extends { readonly value: Record<string, unknown> }>(record: T): T {
  const { version: _left, ...value } = record.value;
  return { ...record, value };
}
