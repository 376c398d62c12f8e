import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import type { FileReference } from '@tongban/domain/catalogue';
import { sm3 } from '@tongban/journal';
import { unwrap } from '@tongban/kernel';
import { aDepartment, anItem, bearer, city, codeAt, district, itemCode, village } from '@tongban/testkit';
import { publicFileLimits } from '../src/files/public-files.js';
import { openGuideOffice, type GuideOffice } from './office.js';

const timeoutMs = 60_000;
jest.setTimeout(timeoutMs);

let office: GuideOffice;
const form = Buffer.from('高龄津贴申请表\n姓名：\n身份证号：\n');
const sample = Buffer.from('高龄津贴发放通知（样本）\n');
const upload = (bytes: Buffer, type = 'text/plain', by = bearer('catalogue-manager', city)) =>
  office.app.nest.inject({
    method: 'POST',
    url: `/v1/nodes/${city}/catalogue/files`,
    payload: bytes,
    headers: { 'content-type': type, ...by },
  });
const download = (digest: string, code = itemCode) => office.get(`${village}/guide/${code}/files/${digest}`);
const reference = (name: string, digest: string): FileReference => ({ name, digest, mediaType: 'text/plain' });
let digest: string;
let fromAbove: string;

beforeAll(async () => {
  office = await openGuideOffice();
  const stored = await upload(form);
  expect([stored.statusCode, stored.json()]).toMatchObject([201, { size: form.length, mediaType: 'text/plain' }]);
  digest = stored.json().digest;
  fromAbove = unwrap(await office.above.put(sample, 'text/plain')).digest;
  const [material] = anItem().materials;
  const catalogue = {
    departments: [aDepartment()],
    items: [
      anItem({
        materials: [{ ...material!, blankForm: reference('申请表.txt', digest) }],
        result: { kind: 'approval', name: '发放通知', sample: reference('样本.txt', fromAbove) },
      }),
      anItem({ code: codeAt(2), name: '特困供养' }),
    ],
  };
  const actor = { subject: 'm', role: 'catalogue-manager', division: city } as const;
  unwrap(await office.catalogue.publish.publish({ node: city, catalogue, actor, key: randomUUID() }));
});
afterAll(() => office?.close());

describe('forms and samples of an item', () => {
  it('are downloaded without login, under their names', async () => {
    const found = await download(digest);
    expect([found.statusCode, found.rawPayload]).toEqual([200, form]);
    expect(found.headers).toMatchObject({
      'content-type': expect.stringContaining('text/plain'),
      'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent('申请表.txt')}`,
    });
    const { disclosures } = (await office.get(`${village}/guide/${itemCode}`)).json();
    expect(disclosures.materials[0].blankForm).toEqual(reference('申请表.txt', digest));
  });

  it('come from the host above where they are not here yet', async () => {
    const found = await download(fromAbove);
    expect([found.statusCode, found.rawPayload]).toEqual([200, sample]);
  });

  it('are nothing but what the item in force names', async () => {
    expect((await download(digest, codeAt(2))).json()).toMatchObject({ status: 404, code: 'attachment.unknown' });
    expect((await download('0'.repeat(64))).json()).toMatchObject({ code: 'attachment.unknown' });
    expect((await download('../../etc/passwd')).statusCode).toBeGreaterThanOrEqual(400);
    expect((await download(digest, codeAt(9))).json()).toMatchObject({ code: 'item.unknown' });
  });

  it('are named by no version before they are uploaded', async () => {
    const writer = office.as('catalogue-manager', city, 'writer');
    const second = office.as('reviewer', city, 'second');
    const late = Buffer.from('高龄津贴申请表（2026年修订）\n姓名：\n');
    const named = Buffer.from(sm3(late)).toString('hex');
    const [material] = anItem().materials;
    const materials = [{ ...material!, blankForm: reference('申请表（修订）.txt', named) }];
    const version = anItem({ version: 2, materials, validFrom: '2026-02-01' });
    const told = { status: 400, code: 'item.invalid', params: { problems: [expect.stringContaining(named)] } };
    expect((await writer.send('POST', `${city}/catalogue`, { items: [version] })).json()).toMatchObject(told);

    const { version: _version, ...document } = version;
    const drafted = (await writer.send('POST', `${city}/drafts`, document)).json();
    expect(drafted.problems).toEqual(told.params.problems);
    const approve = () =>
      second.send('POST', `${city}/drafts/${drafted.draft}/review`, { verdict: 'approve' }, { ifMatch: 1 });
    expect((await approve()).json()).toMatchObject(told);
    expect((await upload(late)).json()).toMatchObject({ digest: named });
    expect((await approve()).json()).toMatchObject({ status: 'reviewed', problems: [] });
  });

  it('are one file however often they are sent, and nothing that runs', async () => {
    expect((await upload(form)).json()).toMatchObject({ digest });
    const script = Buffer.from('<script>alert(1)</script>');
    expect((await upload(script)).json()).toMatchObject({ status: 400, code: 'attachment.type' });
    expect((await upload(Buffer.alloc(0))).json()).toMatchObject({ code: 'attachment.empty' });
    const short = Buffer.alloc(publicFileLimits.minFileBytes - 1, 'x');
    expect((await upload(short)).json()).toMatchObject({ status: 400, code: 'attachment.too-small' });
    expect((await upload(Buffer.alloc(publicFileLimits.minFileBytes, 'x'))).statusCode).toBe(201);
    const clerk = bearer('clerk', city);
    expect((await upload(form, 'text/plain', clerk)).json()).toMatchObject({ code: 'jurisdiction.role' });
    const elsewhere = bearer('catalogue-manager', district);
    expect((await upload(form, 'text/plain', elsewhere)).json()).toMatchObject({ code: 'jurisdiction.division' });
  });
});
