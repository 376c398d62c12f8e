import { jest } from '@jest/globals';
import { documentsOf } from '@tongban/domain/document';
import { sealedBytes } from '@tongban/feature/documents';
import { sm3 } from '@tongban/journal';
import { pageCountOf, textOfPdf, type Caller } from '@tongban/testkit';
import type { LightMyRequestResponse } from 'fastify';
import {
  at,
  city,
  district,
  openedReasons,
  openPrintingOffice,
  publicUrl,
  submit,
  township,
  type PrintingOffice,
  type SubmittedCase,
} from './printing-office.js';

jest.setTimeout(120_000);

let office: PrintingOffice;
let clerk: Caller;
let approver: Caller;
let done: SubmittedCase;

const bare = (text: string): string => text.replaceAll(/\s/g, '');
const textIn = (reply: LightMyRequestResponse): string => bare(textOfPdf(reply.rawPayload));
const cases = (record: string, path: string): string => `${township}/cases/${record}/${path}`;
const act = async (who: Caller, record: string, path: string, body: object): Promise<void> => {
  const reply = await who.send('POST', cases(record, path), body);
  if (reply.statusCode !== 201) throw new Error(`${path}: ${reply.body}`);
};
const purpose = `purpose=${encodeURIComponent('窗口打印')}`;
const reads = async (record: string): Promise<{ purpose: string; subject: string; role: string }[]> => {
  const rows = await office.parts.transactor.run((sql) =>
    sql.query<{ purpose: string; subject: string; role: string }>(
      'select purpose, subject, role from dossier_read where record = $1 order by id',
      [record],
    ),
  );
  return openedReasons(office, `dossier_read ${record}`, rows);
};

beforeAll(async () => {
  office = await openPrintingOffice();
  clerk = at(office, 'clerk', township, 'li');
  approver = at(office, 'approver', township, 'chief');
  done = await submit(office, clerk);
  await act(clerk, done.record, 'acceptance', {});
  await act(approver, done.record, 'decision', { outcome: 'approve', opinion: '同意' });
  await act(clerk, done.record, 'certificate', { validTo: '2028-12-31' });
});
afterAll(() => office?.close());

interface Listed {
  readonly id: string;
  readonly kind: string;
  readonly number: string | null;
  readonly title: string;
  readonly issues: { digest: string; keyId: string; signature: string }[];
}
const listed = async (record: string): Promise<Listed[]> =>
  (await clerk.get(cases(record, 'documents'))).json<{ documents: Listed[] }>().documents;
const numberOf = async (kind: string): Promise<string> =>
  (await listed(done.record)).find((document) => document.kind === kind)!.id;

describe('documents', () => {
  it('are listed with their numbers, and no dossier is opened for that', async () => {
    const documents = await listed(done.record);
    expect(documents.map(({ kind }) => kind)).toEqual([
      'receipt',
      'acceptance',
      'decision',
      'result',
      'pickUp',
      'deliveryReceipt',
    ]);
    expect(documents[1]).toMatchObject({ id: expect.stringMatching(/^SL/), title: '受理通知书' });
    expect(await reads(done.record)).toEqual([]);
    expect((await clerk.get(cases('01890000-0000-7000-8000-000000000000', 'documents'))).json()).toMatchObject({
      code: 'case.unknown',
    });
  });

  it('are printed by number or kind, from catalogue, dossier and entry', async () => {
    const number = await numberOf('acceptance');
    const reply = await clerk.get(cases(done.record, `documents/${number}.pdf?${purpose}&form=original`));
    expect(reply.headers).toMatchObject({ 'content-type': 'application/pdf', 'cache-control': 'no-store' });
    const text = textIn(reply);
    for (const word of [
      '日照市东港区日照街道社会事务办公室',
      '受理通知书',
      number,
      '王秀英：',
      done.number,
      '咨询电话：0633-8000000',
    ])
      expect(text).toContain(word);
    const same = await clerk.get(cases(done.record, `documents/acceptance.pdf?${purpose}&form=original`));
    expect(same.rawPayload.equals(reply.rawPayload)).toBe(true);
    expect(pageCountOf(reply.rawPayload)).toBe(1);
  });

  it('are sealed over the digest of the file, which is kept', async () => {
    const number = await numberOf('decision');
    const reply = await clerk.get(cases(done.record, `documents/${number}.pdf?${purpose}&form=original`));
    const digest = sm3(reply.rawPayload);
    const [issue, ...more] = (await listed(done.record)).find(({ id }) => id === number)!.issues;
    expect(more).toEqual([]);
    expect(reply.headers['x-document-digest']).toBe(`sm3:${digest.toString('hex')}`);
    expect(issue).toMatchObject({ digest: digest.toString('hex'), keyId: `${township}#1` });
    const signature = { suite: 'ed25519', keyId: issue!.keyId, value: Buffer.from(issue!.signature, 'base64url') };
    const statement = sealedBytes(done.record, number, digest);
    expect(office.parts.directory.verify(township, statement, signature, Date.now()).ok).toBe(true);
    expect(
      office.parts.directory.verify(township, sealedBytes(done.record, 'SL1', digest), signature, Date.now()).ok,
    ).toBe(false);
  });

  it('are shown to staff as copies, which say who looked and when, and the original stays as it was', async () => {
    const number = await numberOf('decision');
    const original = await clerk.get(cases(done.record, `documents/${number}.pdf?${purpose}&form=original`));
    const copy = await approver.get(cases(done.record, `documents/${number}.pdf?${purpose}`));
    expect(textIn(copy).replaceAll(/\s/g, '')).toMatch(/查阅人chief，查阅时间\d{4}-\d\d-\d\dT/);
    expect(copy.rawPayload.toString('utf8')).toContain('查阅人 chief');
    expect(copy.headers['x-document-seal']).toBeUndefined();
    expect(copy.headers['content-disposition']).toContain(`${number}-copy.pdf`);
    expect(textIn(original)).not.toContain('查阅人');
    const again = await clerk.get(cases(done.record, `documents/${number}.pdf?${purpose}&form=original`));
    expect(again.rawPayload.equals(original.rawPayload)).toBe(true);
    expect((await listed(done.record)).find(({ id }) => id === number)!.issues).toHaveLength(1);
    const wrong = await clerk.get(cases(done.record, `documents/${number}.pdf?${purpose}&form=draft`));
    expect(wrong.json()).toMatchObject({ code: 'request.invalid' });
  });

  it('leave a trace of who read the dossier and why', async () => {
    const before = (await reads(done.record)).length;
    await clerk.get(cases(done.record, `documents/decision.pdf?${purpose}`));
    const after = await reads(done.record);
    expect(after).toHaveLength(before + 1);
    expect(after.at(-1)).toEqual({ purpose: '窗口打印', subject: 'li', role: 'clerk' });
    expect((await clerk.get(cases(done.record, 'documents/decision.pdf'))).json()).toMatchObject({
      code: 'request.invalid',
    });
    expect((await clerk.get(cases(done.record, `documents/XX1.pdf?${purpose}`))).json()).toMatchObject({
      code: 'document.unknown',
    });
    expect(await reads(done.record)).toHaveLength(before + 1);
  });

  it('are for staff of the node and for the resident who applied', async () => {
    const path = cases(done.record, 'documents');
    expect((await office.as('clerk', district, 'above').get(path)).json()).toMatchObject({
      code: 'jurisdiction.division',
    });
    expect((await office.as('resident', township, 'wang').get(path)).json()).toMatchObject({
      code: 'jurisdiction.not-party',
    });
    expect((await office.as('supervisor', township, 'watch').get(path)).json()).toMatchObject({
      code: 'jurisdiction.role',
    });
    expect((await office.get(path)).statusCode).toBe(401);
    // The city holds no copy that it handles.
    const above = await office
      .as('clerk', city, 'above')
      .get(`${city}/cases/${done.record}/documents/decision.pdf?${purpose}`);
    expect(['case.unknown', 'dossier.not-recipient']).toContain(above.json().code);
  });

  it('name a rare character honestly, and survive 100 materials', async () => {
    const rare = await submit(office, clerk, '王𠮷秀');
    const text = textIn(await clerk.get(cases(rare.record, 'receipt.pdf')));
    expect(text).toContain('王〔U+20BB7〕秀');
    await act(clerk, rare.record, 'supplement-request', {
      materials: ['id-card', 'register'],
      text: '补'.repeat(2_000),
    });
    const notice = await clerk.get(cases(rare.record, `documents/supplementNotice.pdf?${purpose}`));
    expect(textIn(notice).match(/补/g)!.length).toBeGreaterThan(2_000);
    expect(textIn(notice)).toContain('居民户口簿（首页、户主页和本人页）');
  });
});

describe('the receipt', () => {
  it('is printed again with its query code by the node that took the case in', async () => {
    const a4 = await clerk.get(cases(done.record, 'receipt.pdf?width=a4'));
    const text = textIn(a4);
    for (const word of ['收件凭证', done.number, `查询码：${done.queryCode}`, '居民身份证', '138******00'])
      expect(text).toContain(word);
    expect(text).not.toContain('13800138000');
    const roll = await clerk.get(cases(done.record, 'receipt.pdf?width=80'));
    expect(textIn(roll)).toContain(`查询码：${done.queryCode}`);
    expect(/MediaBox \[0 0 226\./.test(roll.rawPayload.toString('latin1'))).toBe(true);
    expect((await clerk.get(cases(done.record, 'receipt.pdf?width=58'))).statusCode).toBe(400);
    expect(documentsOf([], 'licence')).toEqual([]);
  });
});

describe('the pick-up code', () => {
  it('is in the dossier only, and is checked when the result is collected', async () => {
    const text = textIn(await clerk.get(cases(done.record, `documents/pickUp.pdf?${purpose}`)));
    const code = /取件码(\d{6})/.exec(text)![1]!;
    const facts = await clerk.get(cases(done.record, 'entries'));
    expect(facts.body).not.toContain(code);
    expect(facts.body).toContain('pickUpCodeHash');
    const wrong = String((Number(code) + 1) % 1_000_000).padStart(6, '0');
    const collect = (pickUpCode: string) =>
      clerk.send('POST', cases(done.record, 'delivery'), { method: 'window', recipient: '王秀英', pickUpCode });
    expect((await collect(wrong)).json()).toMatchObject({ status: 409, code: 'case.pick-up-code' });
    expect((await collect(code)).statusCode).toBe(201);
    expect((await clerk.get(`${township}/cases/${done.record}`)).json()).toMatchObject({
      state: { delivered: { method: 'window', proof: 'pickUpCode' } },
    });
    expect(textIn(await clerk.get(cases(done.record, `documents/deliveryReceipt.pdf?${purpose}`)))).toContain(
      '凭取件码领取',
    );
  });
});

const open = (path: string): Promise<LightMyRequestResponse> => office.app.nest.inject({ url: path });

describe('the progress page', () => {
  it('tells the holder of the code what happened, without scripts and without names', async () => {
    const page = await open(`/v1/progress/${done.number}/page?code=${done.queryCode}`);
    expect(page.statusCode).toBe(200);
    expect(page.headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'sha256-/);
    expect(page.headers['referrer-policy']).toBe('no-referrer');
    for (const word of ['已办结', '80周岁以上老年人高龄津贴申领', '2026年3月2日']) expect(page.body).toContain(word);
    expect(page.body).not.toMatch(/<script|王秀英|13800138000/);
  });

  it('asks, leads to the address where guesses are counted, and says no more than that nothing was found', async () => {
    expect((await open('/v1/progress')).body).toContain('<form method="get" action="/v1/progress">');
    const led = await open(`/v1/progress?number=%20${done.number}&code=${done.queryCode}`);
    expect(led.body).toContain(`content="0; url=/v1/progress/${done.number}/page?code=${done.queryCode}"`);
    const wrong = await open(`/v1/progress/${done.number}/page?code=000000`);
    const unknown = await open(`/v1/progress/<script>/page?code=000000`);
    expect(wrong.body).toBe(unknown.body);
    expect(wrong.body).toContain('没有查到');
  });

  it('stops guessing', async () => {
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, code) => open(`/v1/progress/37110200100020260302000990/page?code=${code}`)),
    );
    expect(answers.map(({ statusCode }) => statusCode)).toContain(429);
  });
});

describe('verification of a certificate', () => {
  it('answers whoever holds the code, with the holder hidden but for the ends', async () => {
    const number = await numberOf('result');
    const text = textIn(await clerk.get(cases(done.record, `documents/result.pdf?${purpose}`)));
    const code = /核验码：([0-9A-Z]{8})/.exec(text)![1]!;
    const found = await open(`/v1/verify/${number}?code=${code}`);
    expect(found.json()).toEqual({
      ...{ certificateNumber: number, name: '高龄津贴证', itemName: '80周岁以上老年人高龄津贴申领' },
      ...{ issuer: '日照市东港区日照街道社会事务办公室', validFrom: '2026-03-02', validTo: '2028-12-31' },
      ...{ validity: 'valid', holder: '王*英' },
    });
    expect((await reads(done.record)).at(-1)).toEqual({ purpose: '证照公开核验', subject: 'public', role: 'system' });
    const page = await open(`/v1/verify/${number}/page?code=${code}`);
    for (const word of ['有效', '王*英', number]) expect(page.body).toContain(word);
    expect((await open(`/v1/verify?number=${number}&code=${code}`)).body).toContain(
      `/v1/verify/${number}/page?code=${code}`,
    );
    expect(publicUrl).toBe('https://tongban.example');
  });

  it('tells nothing without it', async () => {
    const number = await numberOf('result');
    for (const path of [`${number}?code=00000000`, `ZS1?code=00000000`]) {
      expect((await open(`/v1/verify/${path}`)).json()).toMatchObject({ status: 404, code: 'certificate.unknown' });
    }
    expect((await open(`/v1/verify/${number}/page?code=`)).body).toContain('没有查到');
    expect((await open('/v1/verify')).body).toContain('证照核验');
  });
});
