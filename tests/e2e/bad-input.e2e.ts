import { jest } from '@jest/globals';
import type { NodeCode } from '@tongban/kernel';
import { randomUUID } from 'node:crypto';
import { cityCode, hosts } from './city.js';
import { countEverything, quiet, type Counts } from './counts.js';
import { commandHeaders, unexpected, type Answer } from './http.js';
import { usernameOf, type By, type Person } from './office.js';
import { approval, chinaDay, grantMandate, makeApplicant, mistyped, submissionOf } from './papers.js';
import { cityTimeoutMs, runCity, type RunningCity } from './running.js';
import { openScene, type Scene } from './scene.js';
import { spoiled } from './tokens.js';
import { until } from './wait.js';

const testTimeoutMs = 60_000;
const requestTimeoutMs = 20_000;
const largestAttachmentBytes = 20 * 1024 * 1024;
const largestJsonBytes = 1024 * 1024;
const nestedTooDeep = 100;

const person = (username: string, roles: string[], division: string): Person => ({
  ...{ username, roles, division },
  password: randomUUID(),
  name: '测试人员',
});
/** The demonstration's first village; its agent and its township's clerk have a colleague each. */
const village = '371102001001';
const township = '371102001000';
const secondAgent = 'agent-second';
const clerkAndApprover = 'clerk-and-approver';

jest.setTimeout(testTimeoutMs);

describe('what a city refuses', () => {
  let running: RunningCity;
  let scene: Scene;
  let before: Counts;
  const agent = usernameOf('agent', village);
  const clerk = usernameOf('clerk', township);
  const approver = usernameOf('approver', township);
  const resident = usernameOf('resident', village);

  beforeAll(async () => {
    const persons = [
      person(secondAgent, ['agent'], village),
      person(clerkAndApprover, ['clerk', 'approver'], township),
    ];
    running = await runCity({ persons });
    const station = running.stations.find((one) => one.village === village);
    if (station === undefined) throw new Error(`the demonstration has no agent at ${village}`);
    scene = await openScene(running, { station, agent, clerk, approver, resident, secondAgent, clerkAndApprover });
    before = await quiet(running.databases);
  }, cityTimeoutMs);

  afterAll(() => running?.city.dispose(), testTimeoutMs);

  async function refuses(status: number, code: string, answer: Promise<Answer>): Promise<Answer> {
    const { json, contentType, ...given } = await answer;
    expect({ status: given.status, code: json?.['code'], contentType }).toEqual({
      ...{ status, code },
      contentType: expect.stringMatching(/^application\/problem\+json\b/) as string,
    });
    expect(json).toMatchObject({ type: `urn:tongban:problem:${code}`, status, title: expect.any(String) as string });
    expect(await countEverything(running.databases)).toEqual(before);
    return { json, contentType, ...given };
  }

  const submit = (changes: object, by: By | null = agent, headers: Record<string, string> = {}): Promise<Answer> =>
    running.office.command(by ?? undefined, village, '/cases', { ...scene.submission, ...changes }, headers);
  const act = (record: string, action: string, body: object, by: By, headers = {}): Promise<Answer> =>
    running.office.command(by, township, `/cases/${record}/${action}`, body, headers);
  const post = (path: string, body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string>, at = village) =>
    running.office.send(agent, 'POST', running.office.url(at, path), headers, body);

  describe('as a request', () => {
    it.each([
      ['cut off', '{"item": "1'],
      ['too deep', `${'['.repeat(nestedTooDeep)}${']'.repeat(nestedTooDeep)}`],
      ['with a prototype', '{"__proto__": {"item": "1"}}'],
    ])('JSON that is %s', (_what, body) => refuses(400, 'request.malformed', post('/cases', body, commandHeaders())));

    it('no JSON at all', () =>
      refuses(
        400,
        'request.unknown-type',
        post('/cases', 'x=1', { ...commandHeaders(), 'content-type': 'text/plain' }),
      ));

    it('a body without what is demanded', async () => {
      const { json } = await refuses(400, 'request.invalid', submit({ applicant: undefined }));
      expect(json?.['errors']).toEqual([expect.objectContaining({ path: 'body.applicant' })]);
    });

    it('a name of 400 characters', () =>
      refuses(400, 'request.invalid', submit({ applicant: { ...scene.applicant, name: '长'.repeat(400) } })));

    it('an identity number with a wrong check digit', () => {
      const identityNumber = mistyped(scene.applicant.identityNumber);
      return refuses(400, 'request.invalid', submit({ applicant: { ...scene.applicant, identityNumber } }));
    });

    it('a route that does not exist', () =>
      refuses(404, 'request.route-unknown', running.office.get(agent, village, '/nothing')));

    it('a command without a key', () =>
      refuses(
        400,
        'request.key-missing',
        post('/cases', JSON.stringify(scene.submission), { 'content-type': 'application/json' }),
      ));

    it('a key that was used for something else', () =>
      refuses(409, 'request.key-reused', submit({ form: { 用途: '另一件事' } }, agent, commandHeaders(scene.usedKey))));

    it('a key or a condition that cannot be read', async () => {
      await refuses(400, 'request.invalid', submit({}, agent, { 'idempotency-key': 'one' }));
      await refuses(400, 'request.invalid', act(scene.open, 'acceptance', {}, clerk, { 'if-match': '*' }));
    });

    it('more JSON than anybody needs', () =>
      refuses(413, 'request.too-large', submit({ form: { 用途: 'x'.repeat(largestJsonBytes) } })));

    it('a state that the case has gone past', () =>
      refuses(412, 'request.stale', act(scene.acceptedByBoth, 'decision', approval, approver, { 'if-match': '"1"' })));

    it('progress with a wrong code, or of no case', async () => {
      const ask = (number: string, code: string): Promise<Answer> =>
        running.office.send(undefined, 'GET', `${running.office.base('village')}/v1/progress/${number}?code=${code}`);
      const wrong = scene.known.queryCode === '000000' ? '000001' : '000000';
      await refuses(404, 'case.query-code', ask(scene.known.number, wrong));
      await refuses(404, 'case.query-code', ask('NO-SUCH-CASE', scene.known.queryCode));
      await refuses(400, 'request.invalid', ask(scene.known.number, 'letters'));
    });
  });

  describe('for where it is', () => {
    const offered = (at: string, url?: string): Promise<Answer> =>
      running.office.send(
        agent,
        'POST',
        url ?? running.office.url(at, '/cases', 'village'),
        commandHeaders(),
        JSON.stringify(scene.submission),
      );

    it('a division that does not exist', () => refuses(404, 'node.unknown', offered('371199999999')));
    it('something that is no division', () => refuses(404, 'node.unknown', offered('village')));
    it('a division of another host', () => refuses(404, 'node.not-hosted', offered(township)));
    it('another village', async () => {
      const other = running.stations.find((station) => station.village !== village)!.village;
      await refuses(403, 'jurisdiction.division', offered(other));
    });
    it('a clerk of another township', async () => {
      const other = running.stations.find((station) => station.township !== township)!.township;
      await refuses(403, 'jurisdiction.division', act(scene.open, 'acceptance', {}, usernameOf('clerk', other)));
    });
    it('a person in the wrong role', async () => {
      await refuses(403, 'jurisdiction.role', act(scene.open, 'acceptance', {}, agent));
      await refuses(403, 'jurisdiction.role', act(scene.open, 'decision', {}, clerk));
    });
  });

  describe('for who it is', () => {
    it('nobody', () => refuses(401, 'identity.missing', submit({}, null)));
    it('something that is no token', () => refuses(401, 'identity.invalid', submit({}, { token: 'abc' })));
    it('tokens that are expired, foreign, for somebody else or changed', async () => {
      const tokens = spoiled(running.city.folder, await running.office.token(agent));
      await refuses(401, 'identity.expired', submit({}, { token: tokens.expired }));
      await refuses(401, 'identity.invalid', submit({}, { token: tokens.foreign }));
      await refuses(401, 'identity.invalid', submit({}, { token: tokens.unknownKey }));
      await refuses(401, 'identity.invalid', submit({}, { token: tokens.otherAudience }));
      await refuses(401, 'identity.invalid', submit({}, { token: tokens.otherRole }));
      // The same claims under the provider's key get through to the next check.
      await refuses(400, 'request.invalid', submit({ item: 'none' }, { token: tokens.renewed }));
    });
  });

  describe('as an application', () => {
    it('an item that does not exist', () => refuses(404, 'item.unknown', submit({ item: '999999999999' })));
    it('an item that is not delegated to the village', () =>
      refuses(409, 'delegation.none', submit({ item: scene.notDelegated })));
    it('an attachment that was never uploaded', async () => {
      const [first, ...others] = scene.submission.attachments;
      await refuses(
        404,
        'attachment.unknown',
        submit({ attachments: [{ ...first, digest: 'ab'.repeat(32) }, ...others] }),
      );
    });
    it('a material that the item does not have', async () => {
      const [first, ...others] = scene.submission.attachments;
      await refuses(
        400,
        'case.material-unknown',
        submit({ attachments: [{ ...first, material: 'nonsense' }, ...others] }),
      );
    });
    it('a case that does not exist', () => refuses(404, 'case.unknown', act(randomUUID(), 'acceptance', {}, clerk)));
  });

  describe('for its mandate', () => {
    it('none', () => refuses(409, 'mandate.required', submit({ mandate: undefined })));
    it('one that nobody gave', () => refuses(404, 'mandate.unknown', submit({ mandate: randomUUID() })));
    it.each([
      ['for another item', 'mandate.item-not-covered', 'otherItem'],
      ['for another act', 'mandate.power-not-covered', 'otherPower'],
      ['that begins tomorrow', 'mandate.not-yet-valid', 'tomorrow'],
      ['that is over', 'mandate.expired', 'over'],
      ['that was revoked', 'mandate.revoked', 'revoked'],
      ['of another agent', 'mandate.other-agent', 'otherAgent'],
      ['of another principal', 'mandate.other-principal', 'otherPrincipal'],
    ] as const)('one %s', (_what, code, which) => refuses(409, code, submit({ mandate: scene.mandates[which] })));

    it('one that is over before it is recorded', () => {
      const grant = { ...scene.grant, from: chinaDay(-3), until: chinaDay(-1) };
      return refuses(400, 'mandate.invalid', running.office.command(agent, village, '/mandates', grant));
    });
  });

  describe('as an attachment', () => {
    const upload = (bytes: Uint8Array<ArrayBuffer>, type: string): Promise<Answer> =>
      post('/attachments', bytes, { 'content-type': type });
    const text = (content: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(content);

    it('one byte too many', () =>
      refuses(
        413,
        'attachment.too-large',
        upload(new Uint8Array(largestAttachmentBytes + 1).fill(0x61), 'text/plain'),
      ));
    it('a text that says it is a PDF', () => refuses(400, 'attachment.type', upload(text('文本'), 'application/pdf')));
    it('a program', () => refuses(400, 'attachment.type', upload(text('#!/bin/sh\nexit\n'), 'text/plain')));
    it('nothing', () => refuses(400, 'attachment.empty', upload(text(''), 'text/plain')));
  });

  describe('for the state of the case', () => {
    it('acceptance while a required material is missing', () =>
      refuses(400, 'case.material-missing', act(scene.lacking, 'acceptance', {}, clerk)));
    it('a decision before acceptance', () =>
      refuses(409, 'case.state', act(scene.open, 'decision', approval, approver)));
    it('a decision by the person who accepted', () =>
      refuses(409, 'case.same-person', act(scene.acceptedByBoth, 'decision', approval, clerkAndApprover)));
    it('a refusal without reasons', () =>
      refuses(
        400,
        'case.reason-required',
        act(scene.acceptedByBoth, 'decision', { outcome: 'refuse', opinion: '不同意' }, approver),
      ));
    it('a second withdrawal', async () => {
      const { record, queryCode: code } = scene.withdrawn;
      await refuses(409, 'case.closed', act(record, 'withdrawal', { ...scene.withdrawal, code }, resident));
    });
    it('a second delivery', () =>
      refuses(
        409,
        'case.delivered',
        act(scene.rated.record, 'delivery', { method: 'window', recipient: '本人' }, clerk),
      ));
    it('a second rating', async () => {
      const { record, queryCode: code } = scene.rated;
      const rating = { level: 'verySatisfied', channel: 'mobile' };
      await refuses(409, 'case.rated', act(record, 'rating', { ...rating, code }, resident));
      await refuses(403, 'jurisdiction.not-party', act(record, 'rating', rating, resident));
    });
    it('a hand-over to somebody off the route', () =>
      refuses(409, 'case.power', act(scene.open, 'hand-over', { to: cityCode, reason: 'toDecide' }, clerk)));
  });

  it('and answers the same again when the same command comes twice', async () => {
    const again = await submit({}, agent, commandHeaders(scene.usedKey));
    expect([again.status, again.json]).toEqual([201, scene.known]);
    expect(await countEverything(running.databases)).toEqual(before);
  });

  // These write: a request travels to the owner and its refusal comes back. Nothing is added to the journal.
  it(
    'a second withdrawal that is asked of the owner: the answer is its refusal',
    async () => {
      const { office, databases } = running;
      const asked = await office.command(agent, village, `/cases/${scene.withdrawnFromVillage}/withdrawal`, {
        ...scene.withdrawal,
        mandate: scene.submission.mandate,
      });
      if (asked.status !== 202) throw unexpected('a request', asked);
      const request = String(asked.json?.['request']);
      const answered = await until('the owner to answer', requestTimeoutMs, async () => {
        const { json } = await office.get(agent, village, `/requests/${request}`);
        return json?.['state'] === 'pending' ? undefined : json;
      });
      expect(answered).toMatchObject({ state: 'refused', code: 'case.closed' });
      const after = await countEverything(databases);
      for (const host of hosts)
        expect({ host, entries: after[host]['entries'] }).toEqual({ host, entries: before[host]['entries'] });
    },
    testTimeoutMs,
  );

  it('and a second application for the same item while one is open', async () => {
    const answer = await running.office.command(agent, village, '/cases', submissionOf(scene.submission));
    expect({ status: answer.status, code: answer.json?.['code'] }).toEqual({ status: 409, code: 'case.duplicate' });
  });

  it('and a submission without any fault is taken', async () => {
    const applicant = makeApplicant();
    const { item } = scene.submission;
    const mandate = await grantMandate(running.office, agent, village as NodeCode, applicant, { items: [item] });
    const submission = submissionOf({ ...scene.submission, applicant, mandate });
    const answer = await running.office.command(agent, village, '/cases', submission);
    expect(answer.status).toBe(201);
  });
});
