import { randomUUID } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { jest } from '@jest/globals';
import { encodeBatch, readAnswer } from '@tongban/domain/exchange';
import { unwrap } from '@tongban/kernel';
import { freshDatabase } from '@tongban/testkit';
import type { JWK } from 'jose';
import { readConfig } from './config.js';
import { built, newCase, openTrial, problem, type Trial } from './trial.fixture.js';

const timeoutMs = 90_000;
jest.setTimeout(timeoutMs);

let trial: Trial;
beforeAll(async () => {
  trial = await openTrial(await freshDatabase());
});
afterAll(() => trial.stop());

describe('misbehaviour on command', () => {
  it('is down for as many batches as it was told', async () => {
    expect((await trial.behave({ mode: 'down', count: 1 })).status).toBe(200);
    const body = built(newCase());
    expect(await problem(await trial.post(encodeBatch(body)))).toEqual({ status: 503, code: 'E-DOWN' });
    expect(await trial.report(body)).toMatchObject({ outcome: 'acknowledged' });
  });

  it('gives a web page, or everything twice', async () => {
    await trial.behave({ mode: 'html', count: 1 });
    const body = built(newCase());
    const page = await trial.post(encodeBatch(body));
    expect(page.headers.get('content-type')).toMatch('text/html');
    expect(readAnswer(body, new Uint8Array(await page.arrayBuffer())).ok).toBe(false);
    await trial.behave({ mode: 'twice', count: 1 });
    const bytes = await trial.verified(await trial.post(encodeBatch(body)));
    expect((JSON.parse(new TextDecoder().decode(bytes)) as { records: unknown[] }).records).toHaveLength(12);
    expect(unwrap(readAnswer(body, bytes)).records.size).toBe(6);
  });

  it.each(['half', 'lost'])(
    'breaks off (%s) after the work was done, so that the same key gets the answer',
    async (mode) => {
      await trial.behave({ mode, count: 1 });
      const key = randomUUID();
      const body = built(newCase());
      const broken = trial.post(encodeBatch(body), { key }).then((response) => response.arrayBuffer());
      await expect(broken).rejects.toThrow(/fetch failed|terminated/);
      const again = await trial.post(encodeBatch(body), { key });
      expect(again.headers.get('idempotent-replayed')).toBe('true');
      expect(unwrap(readAnswer(body, await trial.verified(again))).records.size).toBe(6);
    },
  );

  it('is slow', async () => {
    const delayMs = 300;
    await trial.behave({ mode: 'slow', count: 1, delayMs });
    const began = performance.now();
    expect(await trial.report(built(newCase()))).toMatchObject({ outcome: 'acknowledged' });
    expect(performance.now() - began).toBeGreaterThan(delayMs - 5);
  });

  it('refuses commands it does not know', async () => {
    expect((await problem(await trial.behave({ mode: 'rude' }))).code).toBe('E-MALFORMED');
  });
});

describe('start', () => {
  it('keeps its key and what it has on file, and its key to itself', async () => {
    const body = built(newCase());
    const key = randomUUID();
    const before = await trial.verified(await trial.post(encodeBatch(body), { key }));
    const keyBefore = trial.provinceKeyId();
    await trial.restart({ TONGBAN_SANDBOX_MISBEHAVE: 'forbidden' });
    expect(trial.provinceKeyId()).toBe(keyBefore);
    expect(await trial.verified(await trial.post(encodeBatch(body), { key }))).toEqual(before);
    expect(await problem(await trial.behave({ mode: 'down' }))).toEqual({ status: 403, code: 'E-FORBIDDEN' });
    const path = trial.environment['TONGBAN_PROVINCE_SIGNING_KEY']!;
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const secret = (JSON.parse(await readFile(path, 'utf8')) as JWK).d!;
    expect(JSON.stringify(await trial.get('/exchange/v1/keys'))).not.toContain(secret);
  });

  it('names what is wrong with its environment', () => {
    const wrong = { ...trial.environment, TONGBAN_SANDBOX_MISBEHAVE: 'sometimes' };
    expect(() => readConfig(wrong)).toThrow('TONGBAN_SANDBOX_MISBEHAVE');
    expect(() => readConfig({})).toThrow('TONGBAN_PROVINCE_CLIENT_KEYS');
  });
});
