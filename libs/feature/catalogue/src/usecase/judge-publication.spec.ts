import { baseItemSchema, type FileReference, type ServiceItem } from '@tongban/domain/catalogue';
import fc from 'fast-check';
import { aDepartment, anItem, city, district, itemCode } from '@tongban/testkit';
import { department, heldAs, item } from '../../test/held.js';
import { findMissingFiles, judgePublication } from './judge-publication.js';

const digestAt = (index: number): string => index.toString(16).padStart(64, '0');
const fileAt = (index: number): FileReference => ({
  name: `表${index}.txt`,
  digest: digestAt(index),
  mediaType: 'text/plain',
});
const uploaded = (...indices: number[]) => {
  const digests = new Set(indices.map(digestAt));
  return { isHeld: (digest: string) => Promise.resolve(digests.has(digest)) };
};
/** An item whose only material has a blank form and an example, and whose result has a sample. */
function naming(form: number, example: number, sample: number, parts: Partial<ServiceItem> = {}): ServiceItem {
  const [material] = anItem().materials;
  const materials = [{ ...material!, blankForm: fileAt(form), example: fileAt(example) }];
  return anItem({ materials, result: { kind: 'approval', name: '通知', sample: fileAt(sample) }, ...parts });
}
const judge = (files: ReturnType<typeof uploaded> | undefined, value: ServiceItem) =>
  judgePublication(files, city, { departments: [aDepartment()], items: [value] }, []);

describe('a publication that names files', () => {
  it('is refused with every one that nobody has uploaded', async () => {
    const refused = await judge(uploaded(1), naming(1, 2, 3));
    expect(refused).toMatchObject({
      refusal: {
        code: 'item.invalid',
        params: { problems: [2, 3].map((at) => `${itemCode}：文件“表${at}.txt”还没有上传（${digestAt(at)}）`) },
      },
    });
    expect(await judge(uploaded(1, 2, 3), naming(1, 2, 3))).toMatchObject({ ok: true });
  });

  it('is refused where nobody keeps files, and not where it names none', async () => {
    expect(await judge(undefined, naming(1, 1, 1))).toMatchObject({ refusal: { code: 'item.invalid' } });
    expect(await judge(undefined, anItem())).toMatchObject({ ok: true });
  });

  it('may name what a held version of a node above names: it comes down by itself', async () => {
    const held = [heldAs(city, department()), heldAs(city, item(naming(1, 2, 3)))];
    const own = naming(1, 2, 3, { code: '370511002000', name: '村级公益性墓地登记' });
    expect(await judgePublication(uploaded(), district, { items: [own] }, held)).toMatchObject({ ok: true });
  });

  it('is checked in the base catalogue as well', async () => {
    const { code, version, validFrom, name, type, materials } = naming(7, 8, 9);
    const base = baseItemSchema.parse({
      ...{ code, version, validFrom, source: 'province' },
      fields: { name, type, materials },
    });
    const missing = await findMissingFiles(uploaded(7), [{ kind: 'base', value: base }], []);
    expect(missing).toEqual([expect.stringContaining('表8.txt')]);
  });

  it('tells exactly the named files that are neither held nor named before', () => {
    const index = fc.nat({ max: 8 });
    const files = fc.tuple(index, index, index);
    return fc.assert(
      fc.asyncProperty(files, files, fc.uniqueArray(index), async (fresh, before, here) => {
        const held = [heldAs(city, item(naming(...before)))];
        const missing = await findMissingFiles(uploaded(...here), [item(naming(...fresh, { version: 2 }))], held);
        const known = new Set([...before, ...here]);
        const told = fresh.filter((at) => !known.has(at));
        expect(missing.map((line) => Number(/表(\d+)/u.exec(line)![1]))).toEqual(told);
      }),
    );
  });
});
