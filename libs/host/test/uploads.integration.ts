import { createCipheriv, createHash, randomBytes, randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { localDate } from '@tongban/domain/calendar';
import { bearer } from '@tongban/testkit';
import { itemCode, openPrintingOffice, township, type PrintingOffice } from './printing-office.js';

jest.setTimeout(120_000);

let office: PrintingOffice;
beforeAll(async () => {
  office = await openPrintingOffice();
});
afterAll(() => office?.close());

const agent = bearer('agent', township);

/** A file as a sender seals it: version, nonce, ciphertext, tag. */
function sealed(content: Buffer) {
  const [key, nonce] = [randomBytes(32), randomBytes(12)];
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.of(1));
  const bytes = Buffer.concat([Buffer.of(1), nonce, cipher.update(content), cipher.final(), cipher.getAuthTag()]);
  const digest = createHash('sm3').update(bytes).digest('hex');
  return { bytes, digest, key: key.toString('base64url'), size: content.length };
}
type Sealed = ReturnType<typeof sealed>;
const paper = (): Buffer => Buffer.from(`证明材料 ${randomBytes(3_000).toString('hex')}\n`);

async function ask(method: 'GET' | 'PUT' | 'POST', path: string, payload?: Buffer | object, by = agent) {
  const headers = { ...by, ...(payload instanceof Buffer ? { 'content-type': 'application/octet-stream' } : {}) };
  const url = `/v1/nodes/${township}/${path}`;
  const reply = await office.app.nest.inject({ method, url, headers, ...(payload === undefined ? {} : { payload }) });
  return { status: reply.statusCode, json: reply.json() as Record<string, unknown> };
}
const put = ({ digest, bytes }: Sealed, from: number, to: number) =>
  ask('PUT', `uploads/${digest}?size=${bytes.length}&offset=${from}`, bytes.subarray(from, to));
const register = ({ digest, key, size }: Sealed, changes: object = {}) =>
  ask('POST', `uploads/${digest}/registration`, { size, key, mediaType: 'text/plain', ...changes });

describe('a file sent in pieces', () => {
  it('goes on where it broke off, and becomes an attachment once', async () => {
    const file = sealed(paper());
    expect((await ask('GET', `uploads/${file.digest}`)).json).toEqual({ held: 0, complete: false });
    expect((await put(file, 0, 2_500)).json).toEqual({ held: 2_500, complete: false });
    expect(await put(file, 0, 2_500)).toMatchObject({
      status: 409,
      json: { code: 'attachment.offset', params: { held: 2_500 } },
    });
    expect((await register(file)).json).toMatchObject({ code: 'attachment.not-here' });
    const { held } = (await ask('GET', `uploads/${file.digest}`)).json as { held: number };
    expect((await put(file, held, file.bytes.length)).json).toEqual({ held: file.bytes.length, complete: true });
    // The answer was lost: the last piece again changes nothing.
    expect((await put(file, held, file.bytes.length)).json).toMatchObject({ complete: true });
    const first = await register(file);
    const { digest, size, key } = file;
    expect(first).toEqual({ status: 201, json: { digest, size, mediaType: 'text/plain', key } });
    expect(await register(file)).toEqual(first);
    const [row] = await office.parts.transactor.run((sql) =>
      sql.query<{ count: string }>('select count(*) from blob where digest = $1', [file.digest]),
    );
    expect(Number(row?.count)).toBe(1);
  });

  it('is nothing when its digest, key, size or kind is another', async () => {
    const file = sealed(paper());
    const wrong = Buffer.from(file.bytes);
    wrong[100]! ^= 1;
    expect((await put({ ...file, bytes: wrong }, 0, wrong.length)).json).toMatchObject({ code: 'attachment.digest' });
    expect((await ask('GET', `uploads/${file.digest}`)).json).toEqual({ held: 0, complete: false });
    await put(file, 0, file.bytes.length);
    const other = randomBytes(32).toString('base64url');
    expect((await register(file, { key: other })).json).toMatchObject({ code: 'attachment.unknown' });
    expect((await register(file, { size: file.size + 1 })).json).toMatchObject({ code: 'attachment.digest' });
    expect((await register(file, { mediaType: 'image/png' })).json).toMatchObject({ code: 'attachment.type' });
    expect((await register(file)).status).toBe(201);
    const script = sealed(Buffer.from('<html><script>alert(1)</script></html>'));
    await put(script, 0, script.bytes.length);
    expect((await register(script)).json).toMatchObject({ code: 'attachment.type' });
  });

  it('is bounded, and taken from agents and windows of the node alone', async () => {
    const file = sealed(paper());
    const large = `uploads/${file.digest}?size=${30 * 1024 * 1024}&offset=0`;
    expect((await ask('PUT', large, file.bytes)).json).toMatchObject({ code: 'attachment.too-large' });
    expect((await ask('GET', 'uploads/..%2f..%2fetc')).status).toBe(400);
    const elsewhere = bearer('agent', '371103001000' as typeof township);
    expect((await ask('GET', `uploads/${file.digest}`, undefined, elsewhere)).status).toBe(403);
    expect((await ask('GET', `uploads/${file.digest}`, undefined, bearer('resident', township))).status).toBe(403);
  });
});

describe('the signed document of a mandate', () => {
  const grant = async (file: Sealed, changes: object = {}, key = randomUUID()) => {
    const today = localDate(office.parts.clock.now());
    const reply = await office.app.nest.inject({
      method: 'POST',
      url: `/v1/nodes/${township}/mandates`,
      headers: { ...agent, 'idempotency-key': key },
      payload: {
        ...{ principal: { name: '王秀英', identityNumber: 'P1', phone: '13800138000' }, items: [itemCode] },
        ...{ powers: ['submit'], from: today, until: today },
        evidence: { kind: 'signedOnScreen', digest: 'a'.repeat(64) },
        evidenceFile: { digest: file.digest, size: file.size, mediaType: 'text/plain', key: file.key, ...changes },
      },
    });
    return { status: reply.statusCode, json: reply.json() as Record<string, unknown> };
  };
  const read = (record: unknown, by = agent) =>
    office.app.nest.inject({
      url: `/v1/nodes/${township}/mandates/${String(record)}/evidence?purpose=${encodeURIComponent('核对委托书')}`,
      headers: by,
    });

  it('is kept with the mandate and opened by who took it, on record', async () => {
    const content = paper();
    const file = sealed(content);
    expect((await grant(file)).json).toMatchObject({ code: 'attachment.unknown' });
    await put(file, 0, file.bytes.length);
    await register(file);
    expect((await grant(file, { size: 1 })).json).toMatchObject({ code: 'attachment.unknown' });
    const key = randomUUID();
    const granted = await grant(file, {}, key);
    expect(granted.status).toBe(201);
    expect((await grant(file, {}, key)).json).toEqual(granted.json);
    const { record } = granted.json;
    const opened = await read(record);
    expect([opened.statusCode, opened.headers['content-type']]).toEqual([200, 'text/plain']);
    expect(opened.rawPayload.equals(content)).toBe(true);
    const rows = await office.parts.transactor.run((sql) =>
      sql.query<{ what: string }>('select what from dossier_read where record = $1', [record]),
    );
    expect(rows).toEqual([{ what: 'mandate' }]);
    const [{ facts } = { facts: '' }] = await office.parts.transactor.run((sql) =>
      sql.query<{ facts: unknown }>('select facts from entry where record = $1', [record]),
    );
    expect(JSON.stringify(facts)).not.toContain(file.key);
  });
});
