import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import fc from 'fast-check';
import { checkArchive, type ArchiveReport } from '@tongban/feature/archive';
import { KeyDirectory, makeSecret, publicPart } from '@tongban/journal';
import { textOfPdf, type Caller } from '@tongban/testkit';
import type { LightMyRequestResponse } from 'fastify';
import { fromBufferPromise } from 'yauzl';
import {
  at,
  district,
  openedReasons,
  openPrintingOffice,
  submit,
  township,
  type PrintingOffice,
} from './printing-office.js';

jest.setTimeout(120_000);

let office: PrintingOffice;
let clerk: Caller;
let record: string;
let whole: Buffer;
const order = { purpose: '年度归档' };

const archive = (who: Caller, body: object, of = record): Promise<LightMyRequestResponse> =>
  who.send('POST', `${township}/cases/${of}/archive`, body);
async function checked(bytes: Buffer, keys?: KeyDirectory): Promise<ArchiveReport> {
  const path = join(office.folder, 'case.zip');
  await writeFile(path, bytes);
  return checkArchive(path, keys);
}
async function filesIn(bytes: Buffer): Promise<Map<string, Buffer>> {
  const zip = await fromBufferPromise(bytes, { lazyEntries: true });
  const files = new Map<string, Buffer>();
  for await (const entry of zip.eachEntry()) {
    const chunks: Buffer[] = [];
    for await (const chunk of await zip.openReadStreamPromise(entry)) chunks.push(chunk as Buffer);
    files.set(entry.fileName, Buffer.concat(chunks));
  }
  return files;
}

beforeAll(async () => {
  office = await openPrintingOffice();
  clerk = at(office, 'clerk', township, 'li');
  ({ record } = await submit(office, clerk));
  const act = async (who: Caller, path: string, body: object): Promise<void> => {
    const reply = await who.send('POST', `${township}/cases/${record}/${path}`, body);
    if (reply.statusCode !== 201) throw new Error(reply.body);
  };
  await act(clerk, 'acceptance', {});
  expect((await archive(clerk, order)).json()).toMatchObject({ status: 409, code: 'archive.not-closed' });
  await act(at(office, 'approver', township, 'chief'), 'decision', { outcome: 'approve', opinion: '同意' });
  await act(clerk, 'certificate', {});
  whole = (await archive(clerk, order)).rawPayload;
});
afterAll(() => office?.close());

describe('the archive of a case', () => {
  it('holds, by itself and with the published keys', async () => {
    const report = await checked(whole, office.parts.directory);
    expect(report.findings.filter(({ holds }) => !holds)).toEqual([]);
    expect(report).toMatchObject({
      holds: true,
      manifest: { contents: 'full', archivedBy: township, closing: 'certified' },
    });
    const words = report.findings.map(({ text }) => text).join('\n');
    for (const word of ['没有任何字节被改动', '签名有效', '4 条办理记录', '6 份文书的签章有效', '公钥目录一致'])
      expect(words).toContain(word);
    expect((await checked(whole)).findings.at(-1)!.text).toContain('公钥取自档案自身');
  });

  it('has documents as PDF/A, the dossier and the attachments as they were handed in', async () => {
    const files = await filesIn(whole);
    const names = [...files.keys()];
    expect(names.filter((name) => name.startsWith('documents/'))).toHaveLength(6);
    const acceptance = names.find((name) => name.startsWith('documents/SL'))!;
    expect(textOfPdf(files.get(acceptance)!)).toContain('受理通知书');
    expect(files.get(acceptance)!.toString('latin1')).toContain('pdfaid:part');
    expect(files.get('dossier/000001.json')!.toString('utf8')).toContain('王秀英');
    expect(names.filter((name) => name.startsWith('attachments/') && name.endsWith('.png'))).toHaveLength(1);
    expect(files.get('说明.txt')!.toString('utf8')).toContain('verify');
    expect(files.get('说明.txt')!.toString('utf8')).toMatch(/调取人员：li（\d{4}-\d\d-\d\dT/);
  });

  it('leaves traces: the reading, and what was taken', async () => {
    const rows = await office.parts.transactor.run((sql) =>
      sql.query<{ purpose: string }>(`select subject, purpose, contents, seq from case_archive where record = $1`, [
        record,
      ]),
    );
    expect(rows[0]?.purpose).toMatch(/^s1:/);
    expect(await openedReasons(office, `case_archive ${record}`, rows)).toEqual([
      { subject: 'li', purpose: '年度归档', contents: 'full', seq: 4 },
    ]);
    const reads = await office.parts.transactor.run((sql) =>
      sql.query<{ purpose: string }>(`select purpose from dossier_read where record = $1`, [record]),
    );
    expect(await openedReasons(office, `dossier_read ${record}`, reads)).toEqual([{ purpose: '年度归档' }]);
  });

  it('without the dossier says nothing personal, and holds too', async () => {
    const supervisor = office.as('supervisor', township, 'watch');
    expect((await archive(supervisor, order)).json()).toMatchObject({ code: 'jurisdiction.role' });
    const reply = await archive(supervisor, { ...order, contents: 'facts' });
    const files = await filesIn(reply.rawPayload);
    expect([...files.keys()].some((name) => /^(documents|dossier|attachments)\//.test(name))).toBe(false);
    for (const bytes of files.values()) expect(bytes.toString('utf8')).not.toMatch(/王秀英|13800138000/);
    expect((await checked(reply.rawPayload, office.parts.directory)).holds).toBe(true);
  });

  it('is for the node that handled the case, with a purpose', async () => {
    expect((await archive(office.as('clerk', district, 'x'), order)).json()).toMatchObject({
      code: 'jurisdiction.division',
    });
    expect((await archive(office.as('agent', township, 'x'), order)).json()).toMatchObject({
      code: 'jurisdiction.role',
    });
    expect((await archive(clerk, {})).json()).toMatchObject({ code: 'request.invalid' });
    expect((await archive(clerk, order, '01890000-0000-7000-8000-000000000000')).json()).toMatchObject({
      code: 'case.unknown',
    });
  });
});

describe('an archive that was tampered with', () => {
  it('is found out, whichever byte was changed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: whole.length - 1 }), fc.integer({ min: 1, max: 255 }), async (index, flip) => {
        const changed = Buffer.from(whole);
        changed[index] = changed[index]! ^ flip;
        expect((await checked(changed)).holds).toBe(false);
      }),
      { numRuns: 150 },
    );
  });

  it('is found out when it was cut or something was added', async () => {
    for (const bytes of [
      whole.subarray(0, -1),
      Buffer.concat([whole, Buffer.from('x')]),
      Buffer.alloc(0),
      Buffer.from('PK'),
    ])
      expect((await checked(bytes)).holds).toBe(false);
  });

  it('is found out with keys that the city never published', async () => {
    const strangers = new KeyDirectory([publicPart(makeSecret(township, 1))]);
    const report = await checked(whole, strangers);
    expect(report.holds).toBe(false);
    expect(report.findings.at(-1)!.text).toContain('可能是伪造的');
    expect((await readFile(join(office.folder, 'case.zip'))).equals(whole)).toBe(true);
  });
});
