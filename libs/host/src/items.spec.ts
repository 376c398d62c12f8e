import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cataloguePartSchema } from '@tongban/domain/catalogue';
import { itemPinSchema } from '@tongban/domain/casework';
import { pinOf } from './items.js';

const folder = join(import.meta.dirname, '../../../deploy/catalogue');
const files = ['land-and-construction.json', 'public-security.json', 'safety-and-economy.json', 'civil-affairs.json'];

describe('what a case keeps of an item', () => {
  it('has the published amounts, by the unit and with their document, and none of a free item', async () => {
    const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
    const items = texts.flatMap((text) => cataloguePartSchema.parse(JSON.parse(text)).items ?? []);
    const pins = new Map(items.map((item) => [item.name, itemPinSchema.parse(pinOf(item))]));
    expect(pins.get('普通护照签发')?.fees).toMatchObject([{ code: 'passport', amountFen: 12_000, unit: '本' }]);
    expect(pins.get('不动产抵押权登记')?.fees).toMatchObject([
      { amountFen: 8000, choice: 'use' },
      { amountFen: 55_000, choice: 'use', basis: expect.stringContaining('2559号') },
    ]);
    expect(pins.get('水土保持补偿费申报缴纳')?.fees).toMatchObject([{ amountFen: 120, measured: true }]);
    expect(pins.get('契税申报缴纳')?.fees).toBeUndefined();
    const counted = [...pins.values()].filter(({ regime }) => regime === 'feeCounter');
    expect(counted.filter(({ fees }) => fees === undefined)).toEqual([]);
    expect([...pins.values()].filter(({ fees }) => fees !== undefined).length).toBeGreaterThan(counted.length);
  });
});
