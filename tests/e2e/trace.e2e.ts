import { jest } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { parseKeyDirectory, parseKeystore, Sealer } from '@tongban/journal';
import { nodeCode, type NodeCode } from '@tongban/kernel';
import { hubAccess } from '@tongban/platform/pki';
import { cityCode, commandLine, hosts } from './city.js';
import { unacknowledged } from './database.js';
import { unexpected, type Answer } from './http.js';
import { usernameOf, type Station } from './office.js';
import { agentOf, approval, attach, grantMandate, itemsOfTownship, makeApplicant, submissionOf } from './papers.js';
import { SpanReceiver } from './receiver.js';
import { cityTimeoutMs, runCity, type RunningCity } from './running.js';
import { columnsWith, filesWith } from './search.js';
import type { Finished } from './processes.js';
import { until } from './wait.js';
import { PersonalActs } from './personal-acts.js';

const testTimeoutMs = 60_000;
const arrivalTimeoutMs = 30_000;
/** Spans are sent every two seconds. */
const exportTimeoutMs = 20_000;
const hubTimeoutMs = 5_000;

const services = hosts.map((host) => `tongban-${host}`);
const serverKind = 2;
/** Characters that no other text of the city has next to each other. */
const plantedName = '欧阳罕见笙';

const planted = makeApplicant(plantedName);
/** Named in reasons and complaints only: no dossier has this name, so no masking can know it. */
const bystander = '司徒旁观溪';
const secrets = [planted.name, planted.identityNumber, planted.phone, bystander];

/** Every message subject that the hub's streams hold. */
async function subjectsOf(url: string, credentials: string, authority: string): Promise<string[]> {
  const connection = await connect({ ...hubAccess(credentials, { authority }), servers: url, timeout: hubTimeoutMs });
  try {
    const manager = await jetstreamManager(connection, { timeout: hubTimeoutMs });
    const subjects: string[] = [];
    for await (const { config } of manager.streams.list()) {
      const { state } = await manager.streams.info(config.name, { subjects_filter: '>' });
      subjects.push(...Object.keys(state.subjects ?? {}));
    }
    return subjects;
  } finally {
    await connection.close();
  }
}

jest.setTimeout(testTimeoutMs);

describe('the trace of a case', () => {
  let running: RunningCity;
  let receiver: SpanReceiver;
  let station: Station;
  let record: string;
  let number: string;
  let queryCode: string;
  const traceId = randomBytes(16).toString('hex');
  const traceparent = `00-${traceId}-${randomBytes(8).toString('hex')}-01`;

  const view = async (by: string, node: NodeCode): Promise<Answer> => running.office.get(by, node, `/cases/${record}`);
  const act = async (by: string, node: NodeCode, action: string, body: object): Promise<void> => {
    const answer = await running.office.command(by, node, `/cases/${record}/${action}`, body);
    if (answer.status !== 201 && answer.status !== 202) throw unexpected(action, answer);
  };
  const atVillage = (what: string, suits: (json: Record<string, unknown>) => boolean): Promise<true> =>
    until(what, arrivalTimeoutMs, async () => {
      const { json } = await view(agentOf(station), station.village);
      return json !== undefined && suits(json) ? true : undefined;
    });

  /** A case of the planted applicant, with a name in every place that takes one. */
  async function wholeCase(): Promise<void> {
    const { office } = running;
    const { village, township } = station;
    const [item] = await itemsOfTownship(office, village, township, 1);
    if (item === undefined) throw new Error(`${village} offers nothing of its township`);
    const agent = agentOf(station);
    const mandate = await grantMandate(office, agent, village, planted, { items: [item.code] });
    const nameOf = (material: string): string => `${planted.name}-${planted.phone}-${material}.txt`;
    const attachments = await attach(office, agent, village, item.required, nameOf);
    const submission = submissionOf({ item: item.code, applicant: planted, mandate, attachments, form: item.form });
    const answer = await office.command(agent, village, '/cases', submission, { traceparent });
    if (answer.status !== 201) throw unexpected('the submission', answer);
    [record, number] = [String(answer.json?.['record']), String(answer.json?.['number'])];
    queryCode = String(answer.json?.['queryCode']);
    await atVillage('the township to take the case', ({ owner }) => owner === township);
    const clerk = usernameOf('clerk', township);
    await act(clerk, township, 'acceptance', {});
    const decision = {
      ...approval,
      opinion: `${planted.name}（${planted.identityNumber}）符合条件，电话${planted.phone}。`,
    };
    await act(usernameOf('approver', township), township, 'decision', decision);
    if (item.hasResult) await act(clerk, township, 'certificate', {});
    await atVillage('the result', ({ status }) => status === 'closed');
    await act(agent, village, 'delivery', { method: 'village', recipient: planted.name });
    const told = { level: 'verySatisfied', channel: 'mobile', code: queryCode };
    const rating = { ...told, text: `${planted.name}很满意` };
    await act(usernameOf('resident', village), village, 'rating', rating);
    const isRated = ({ state }: Record<string, unknown>): boolean =>
      ((state as { ratings?: unknown[] } | undefined)?.ratings ?? []).length === 1;
    await atVillage('the rating', isRated);
  }

  const gatewayNode = `${cityCode.slice(0, 2)}0000000000` as NodeCode;

  beforeAll(async () => {
    receiver = await SpanReceiver.start();
    running = await runCity({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url } });
    station = running.stations[0]!;
    await wholeCase();
    await until('the gateway to hold the whole case', arrivalTimeoutMs, async () => {
      const [here, there] = [
        await view(agentOf(station), station.village),
        await view(usernameOf('supervisor', gatewayNode), gatewayNode),
      ];
      return there.json?.['status'] === 'closed' && there.json['headHash'] === here.json?.['headHash']
        ? true
        : undefined;
    });
    const acts = new PersonalActs(running.office, station, planted, bystander);
    await acts.aboutCase({ record, number, queryCode });
    await acts.bookAndOpenJoint();
    await acts.inVain();
    await until('every message to be received', arrivalTimeoutMs, async () => {
      const waiting = await Promise.all(hosts.map((host) => unacknowledged(running.databases, host)));
      return waiting.flat().length === 0 ? true : undefined;
    });
  }, cityTimeoutMs);

  afterAll(async () => {
    await running?.city.dispose();
    await receiver?.stop();
  }, testTimeoutMs);

  it(
    'leads through every tier to the gateway: sent on by each but the last, applied by each but the first',
    async () => {
      // Spans leave each process in batches of its own, so a service's later ones may come after another's.
      const missing = (): string[] => {
        const seen = new Set(receiver.ofTrace(traceId).map(({ service, name }) => `${service}: ${name}`));
        const sent = services.slice(0, -1).map((service) => `${service}: relay envelope`);
        const applied = services.slice(1).map((service) => `${service}: apply envelope`);
        return [...sent, ...applied].filter((span) => !seen.has(span));
      };
      await until(
        'the spans of every service',
        exportTimeoutMs,
        () => (missing().length === 0 ? true : undefined),
        () => `missing: ${missing().join(', ')}`,
      );
      expect(receiver.strange).toEqual([]);
    },
    testTimeoutMs,
  );

  it('shows the request and the queries', () => {
    const spans = receiver.ofTrace(traceId);
    const at = (service: string) => spans.filter((span) => span.service === service);
    const village = at('tongban-village');
    const http = village.filter(({ scope, kind }) => scope.includes('instrumentation-http') && kind === serverKind);
    expect(http.map(({ name }) => name)).toEqual([expect.stringContaining('POST')]);
    for (const service of services) {
      expect({ service, names: at(service).map(({ name }) => name) }).toEqual({
        service,
        names: expect.arrayContaining([expect.stringContaining('pg.query')]) as string[],
      });
    }
  });

  it('has neither name nor number in any span, log line or subject', async () => {
    const spans = receiver.spans.filter(({ text }) => secrets.some((secret) => text.includes(secret)));
    expect(spans.map(({ service, name }) => `${service}: ${name}`)).toEqual([]);
    const logs = running.city.folder.file('logs');
    expect(filesWith(logs, [traceId])).not.toEqual([]);
    expect(filesWith(logs, secrets)).toEqual([]);
    const subjects = await subjectsOf(
      running.city.address('nats-server'),
      running.city.folder.file('secrets', 'hub-administrator.creds'),
      running.city.folder.file('authority.pem'),
    );
    expect(subjects.some((subject) => subject.startsWith('tongban.inbox.township.'))).toBe(true);
    expect(subjects.filter((subject) => secrets.some((secret) => subject.includes(secret)))).toEqual([]);
  });

  it('leaves neither of them in the hub, in any database and among the attachments: not of those who handle it either', async () => {
    const { databases, city } = running;
    const store = city.folder.file('nats', 'store');
    // The number of the case is a fact: what finds it would find the others, too.
    expect(filesWith(store, [number])).not.toEqual([]);
    expect(filesWith(store, secrets)).toEqual([]);
    for (const host of hosts) {
      expect(await columnsWith(databases, host, [number])).toContain(`${host} case_view.number: ${number}`);
      expect(await columnsWith(databases, host, secrets)).toEqual([]);
    }
    const blobs = city.folder.file('blobs');
    expect(readdirSync(blobs, { recursive: true }).length).toBeGreaterThan(hosts.length);
    expect(filesWith(blobs, [...secrets, '证明材料'])).toEqual([]);
  });

  it('is read by no passing or watching tier, with its database and its keys in hand', async () => {
    const { databases, city } = running;
    const directory = parseKeyDirectory(
      readFileSync(city.folder.file('key-directory.json'), 'utf8'),
      nodeCode(cityCode),
    );
    const opened: string[] = [];
    for (const host of hosts) {
      const keystore = parseKeystore(readFileSync(city.folder.file('secrets', `keystore-${host}.json`), 'utf8'));
      const sealer = new Sealer(directory, keystore);
      const rows = await databases.query<{ node: NodeCode; sealed: string }>(
        host,
        `select node, sealed::text as sealed from entry where record = $1 and sealed is not null`,
        [record],
      );
      expect({ host, parts: rows.length > 0 }).toEqual({ host, parts: true });
      // Any of the host's keys is tried, not the node's own alone: whoever has the machine has them all.
      for (const { sealed } of rows)
        for (const node of keystore.nodes()) if ((await sealer.open(sealed, node)).ok) opened.push(host);
    }
    // The gateway reports the case to the province by law, names and numbers with it.
    expect([...new Set(opened)].sort()).toEqual(['provincial-gateway', 'township', 'village']);
  });

  it('opens for the archive office with both shares, and leaves a trace that the applicant sees', async () => {
    const { office, city } = running;
    const { township, village } = station;
    const [archive, second] = ['archive-office', 'second-person'].map((who) =>
      city.folder.file('secrets', 'escrow', `${who}.share.json`),
    );
    const reason = '人民法院调查令（2026）鲁1102民初1号';
    const open = async (by: string, one: string, other: string): Promise<Finished> =>
      commandLine(
        city.folder,
        [
          'escrow',
          'open',
          '--node',
          township,
          '--record',
          record,
          '--share',
          one,
          '--share',
          other,
          '--reason',
          reason,
        ],
        { TONGBAN_URL: office.base('township'), TONGBAN_TOKEN: await office.token(by) },
      );
    const guard = usernameOf('security-administrator', township);
    for (const refused of [
      await open(guard, archive!, archive!),
      await open(usernameOf('administrator', township), archive!, second!),
    ]) {
      expect(refused.status).not.toBe(0);
      for (const secret of secrets) expect(refused.stdout).not.toContain(secret);
    }
    const done = await open(guard, archive!, second!);
    expect([done.status, done.stderr]).toEqual([0, '']);
    for (const secret of [planted.name, planted.identityNumber, planted.phone]) expect(done.stdout).toContain(secret);
    const path = `/cases/${record}/privacy/accesses?code=${queryCode}`;
    const told = await office.get(usernameOf('resident', village), township, path);
    expect(told.json?.['accesses']).toEqual(
      expect.arrayContaining([expect.objectContaining({ what: 'escrow', purpose: reason })]),
    );
  });

  it('and yet those who handle it can read them', async () => {
    const { office } = running;
    const { township, district } = station;
    const dossier = `/cases/${record}/dossier?full=true&purpose=${encodeURIComponent('核对申请人')}`;
    const opened = await office.get(usernameOf('clerk', township), township, dossier);
    expect(opened.status).toBe(200);
    for (const secret of [planted.name, planted.identityNumber, planted.phone]) expect(opened.text).toContain(secret);
    const refused = await office.get(usernameOf('clerk', district), district, dossier);
    expect([refused.status, refused.json?.['code']]).toEqual([403, 'dossier.not-recipient']);
  });
});
