import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import {
  compareStatements,
  encodeBatch,
  readAnswer,
  statementOf,
  type CaseForExchange,
  type Statement,
} from '@tongban/domain/exchange';
import { ed25519Signer, signDetached } from '@tongban/platform/signing';
import { unwrap } from '@tongban/kernel';
import { freshDatabase } from '@tongban/testkit';
import { maxBodyBytes } from './batch-schema.js';
import { built, day, gatewayKeyId, newCase, newKey, now, openTrial, problem, type Trial } from './trial.fixture.js';

const timeoutMs = 90_000;
jest.setTimeout(timeoutMs);

let trial: Trial;
beforeAll(async () => {
  trial = await openTrial(await freshDatabase());
});
afterAll(() => trial.stop());

describe('province sandbox', () => {
  it('acknowledges what the gateway builds, row by row, under its signature', async () => {
    const body = built(newCase());
    const bytes = await trial.verified(await trial.post(encodeBatch(body)));
    const answer = unwrap(readAnswer(body, bytes));
    expect(answer.receivedAt).toBe(now);
    expect([...answer.records.values()].map(({ outcome, problems }) => ({ outcome, problems }))).toEqual(
      body.records.map(() => ({ outcome: 'acknowledged', problems: [] })),
    );
    const receipts = new Set([...answer.records.values()].map(({ receipt }) => receipt));
    expect(receipts.size).toBe(body.records.length);
  });

  it('takes a batch under an SM2 signature, and none under one over other bytes', async () => {
    const body = built(newCase());
    const bytes = encodeBatch(body);
    const other = encodeBatch(built(newCase()));
    const foreign = await signDetached(trial.sm2Signer, other);
    expect(await problem(await trial.post(bytes, { signature: foreign }))).toMatchObject({ code: 'E-SIGNATURE' });
    const answer = await trial.verified(await trial.post(bytes, { signedBy: trial.sm2Signer }));
    expect(readAnswer(body, answer)).toMatchObject({ ok: true });
  });

  it('refuses a body that nobody it knows has signed', async () => {
    const bytes = encodeBatch(built(newCase()));
    const stranger = await ed25519Signer(await newKey(gatewayKeyId));
    const other = await signDetached(trial.signer, encodeBatch(built(newCase())));
    const refused = [{ signedBy: stranger }, { signature: other }, { signature: '' }, { signature: 'a..b' }];
    for (const options of refused)
      expect(await problem(await trial.post(bytes, options))).toEqual({ status: 401, code: 'E-SIGNATURE' });
  });

  it('answers the same key as before, and refuses it for another body', async () => {
    const key = randomUUID();
    const from = newCase();
    const bytes = encodeBatch(built(from));
    const first = await trial.verified(await trial.post(bytes, { key }));
    const again = await trial.post(bytes, { key });
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(await trial.verified(again)).toEqual(first);
    expect(await problem(await trial.post(encodeBatch(built(newCase())), { key }))).toEqual({
      status: 409,
      code: 'E-KEY-REUSED',
    });
    const { records } = (await trial.get(`/exchange/v1/cases/${from.number}`)) as { records: unknown[] };
    expect(records).toHaveLength(6);
  });

  it('judges simultaneous sendings of one key once', async () => {
    const key = randomUUID();
    const bytes = encodeBatch(built(newCase()));
    const answers = await Promise.all(
      Array.from({ length: 5 }, async () => trial.verified(await trial.post(bytes, { key }))),
    );
    for (const answer of answers) expect(answer).toEqual(answers[0]);
  });

  it('rejects rows out of their order', async () => {
    const body = built(newCase());
    const ahead = { ...body, records: body.records.filter(({ kind }) => kind === 'result') };
    expect(await trial.report(ahead)).toMatchObject({ outcome: 'rejected', problems: [{ code: 'E-ORDER-accept' }] });
  });

  it('rejects a document type it does not know, and takes the correction under a higher version only', async () => {
    const right = newCase();
    const wrong: CaseForExchange = { ...right, identityType: 'other' };
    const answer = await trial.report(built(wrong));
    expect(answer).toMatchObject({ outcome: 'rejected' });
    expect(answer.outcome === 'rejected' ? answer.problems[0] : undefined).toMatchObject({
      code: 'E-CODE-applyer_page_type',
      field: 'applyer_page_type',
    });
    expect(await trial.report(built(right))).toMatchObject({
      outcome: 'rejected',
      problems: [{ code: 'E-VERSION' }, {}, {}, {}, {}, {}],
    });
    expect(await trial.report(built(right, 2))).toMatchObject({ outcome: 'acknowledged' });
  });

  it('is not led astray by a row under the key of another case', async () => {
    const [mine, other] = [built(newCase()), built(newCase())];
    expect(await trial.report(mine)).toMatchObject({ outcome: 'acknowledged' });
    const borrowed = { ...other.records[0]!, businessKey: mine.records[0]!.businessKey };
    const crossed = { ...other, records: [borrowed] };
    expect(await trial.report(crossed)).toMatchObject({ problems: [{ code: 'E-VERSION' }] });
    const newer = { ...crossed, records: [{ ...borrowed, dataVersion: 2 }] };
    expect(await trial.report(newer)).toMatchObject({ problems: [{ code: 'E-KEY' }] });
  });

  it('bounds body and batch', async () => {
    const big = new Uint8Array(maxBodyBytes + 1).fill(0x20);
    expect(await problem(await trial.post(big))).toEqual({ status: 413, code: 'E-TOO-LARGE' });
    const body = built(newCase());
    const many = { ...body, records: Array.from({ length: 501 }, () => body.records[0]!) };
    expect(await problem(await trial.post(encodeBatch(many)))).toEqual({ status: 413, code: 'E-TOO-LARGE' });
    expect(await problem(await trial.post(new TextEncoder().encode('{')))).toEqual({
      status: 400,
      code: 'E-MALFORMED',
    });
    expect(await problem(await trial.post(encodeBatch(body), { key: 'x' }))).toEqual({
      status: 400,
      code: 'E-KEY-MISSING',
    });
    const first = body.records[0]!;
    for (const remark of ['\u0000', '\ud83d']) {
      const unstorable = { ...body, records: [{ ...first, columns: { ...first.columns, remark } }] };
      expect((await problem(await trial.post(encodeBatch(unstorable)))).code).toBe('E-MALFORMED');
    }
    const foreign = new TextEncoder().encode(JSON.stringify({ ...body, profile: 'shandong' }));
    expect(await problem(await trial.post(foreign))).toEqual({ status: 400, code: 'E-PROFILE' });
  });
});

describe('what it tells', () => {
  interface Shown {
    readonly records: {
      readonly position: number;
      readonly kind: 'accept';
      readonly businessKey: string;
      readonly dataVersion: number;
      readonly outcome: 'acknowledged' | 'rejected';
    }[];
    readonly next: number;
  }

  it('pages through everything once, and its statement agrees with ours', async () => {
    const seen: Shown['records'] = [];
    let since = 0;
    const pagesMax = 40;
    for (let page = 0; page < pagesMax; page++) {
      const { records, next } = (await trial.get(`/exchange/v1/records?since=${since}&limit=7`)) as Shown;
      if (records.length === 0) break;
      seen.push(...records);
      since = next;
    }
    expect(new Set(seen.map(({ position }) => position)).size).toBe(seen.length);
    const { kinds } = (await trial.get(`/exchange/v1/statement?day=${day}`)) as { kinds: Statement };
    expect(
      compareStatements(statementOf(seen.map((row) => ({ ...row, line: `${row.businessKey} ${row.dataVersion}` }))), {
        ...statementOf([]),
        ...kinds,
      }),
    ).toEqual([]);
    expect(kinds.accept.acknowledged).toBeGreaterThan(0);
    const empty = (await trial.get('/exchange/v1/statement?day=2026-03-03')) as { kinds: Statement };
    expect(compareStatements(statementOf([]), { ...statementOf([]), ...empty.kinds })).toEqual([]);
  });

  it('shows a case without what leads to a person', async () => {
    const from = newCase();
    await trial.report(built(from));
    const text = await (await trial.fetch(`/exchange/v1/cases/${from.number}`)).text();
    expect(text).toContain('老年人优待证办理');
    for (const personal of ['李秀英', '11010519491231002X', '13906330002', '望海路', '王敏'])
      expect(text).not.toContain(personal);
  });

  it('refuses questions it does not understand', async () => {
    const paths = [
      '/exchange/v1/statement?day=2026-02-30',
      '/exchange/v1/records?since=-1',
      '/exchange/v1/records?limit=501',
    ];
    for (const path of paths) expect((await problem(await trial.fetch(path))).code).toBe('E-MALFORMED');
    expect((await problem(await trial.fetch('/exchange/v1/cases/none'))).code).toBe('E-UNKNOWN');
    expect(await trial.get('/health/ready')).toEqual({ status: 'up' });
    expect(await trial.get('/health/live')).toEqual({ status: 'up' });
  });
});
