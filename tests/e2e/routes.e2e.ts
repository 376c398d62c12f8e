import { jest } from '@jest/globals';
import { parentOf, roles, separateRoles, type NodeCode, type Role } from '@tongban/kernel';
import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import {
  attempt,
  contentsOf,
  foreignNamesOf,
  idsOfOthers,
  isAskedById,
  isCommandOnRecord,
  newMark,
  overloaded,
  queryFor,
  refusedNamesOf,
  withForeign,
} from './attack.js';
import { describeHost, fillPath, type Description, type Operation } from './api-description.js';
import { cityCode, hosts, type HostName } from './city.js';
import { quiet } from './counts.js';
import { hostileText, mutated } from './hostile.js';
import { ask, commandHeaders, type Answer } from './http.js';
import { usernameOf } from './office.js';
import { attach, itemsOfTownship, makeApplicant, submissionOf } from './papers.js';
import { cityTimeoutMs, runCity, type RunningCity } from './running.js';
import { columnsWith } from './search.js';
import { confusing, tokenMaker } from './tokens.js';

const matrixTimeoutMs = 300_000;
const atOnce = 8;
/** Hostile requests to each route. */
const samplesPerRoute = 10;
const mostReported = 20;
const idsPerColumn = 3;
/** Routes whose bodies are laid down in full: most of them. */
const fewestStrict = 50;
/** Asked of any record by any office, so that a resident is sent to the right one: names its owner, and nothing of it. */
const saysWhere = 'locateRecord';
const usualSeed = 997_951_554;

jest.setTimeout(matrixTimeoutMs);

/** Where a person belongs, seen from the node that is asked. */
const relations = ['own', 'above', 'below', 'beside'] as const;
type Relation = (typeof relations)[number];

const nodeOf: Readonly<Record<HostName, string>> = {
  village: '371102001001',
  township: '371102001000',
  district: '371102000000',
  city: cityCode,
  'provincial-gateway': '370000000000',
};
const neighbours: Readonly<Record<HostName, Readonly<Partial<Record<Relation, string>>>>> = {
  village: { beside: '371102001002' },
  township: { below: '371102001001', beside: '371102002000' },
  district: { below: '371102001000', beside: '371103000000' },
  city: { below: '371102000000' },
  'provincial-gateway': { below: cityCode },
};

function divisionOf(host: HostName, relation: Relation): string | undefined {
  const node = nodeOf[host];
  if (relation === 'own') return node;
  if (relation === 'above') return host === 'provincial-gateway' ? undefined : parentOf(node as NodeCode);
  return neighbours[host][relation];
}

/** What the route's own description says of a person in this role and place. */
function expectedOf({ roles: allowed, division }: Operation, role: Role, relation: Relation): string {
  if (allowed === undefined) return 'heard';
  if (!allowed.includes(role)) return 'jurisdiction.role';
  const heard: Readonly<Record<Operation['division'], boolean>> = {
    own: relation === 'own',
    below: relation === 'own' || relation === 'above',
    child: relation === 'own' || relation === 'below',
    residentsAnywhere: relation === 'own' || role === 'resident',
    belowOrResident: relation === 'own' || relation === 'above' || role === 'resident',
    ...{ any: true, public: true },
  };
  return heard[division] ? 'heard' : 'jurisdiction.division';
}

/** Every role, but of the administrators' the one that the operation may want: two of them in one person count for none. */
function heldFor({ roles: allowed = [] }: Operation): readonly Role[] {
  const wanted = separateRoles.find((role) => allowed.includes(role));
  return roles.filter((role) => role === wanted || !separateRoles.some((separate) => separate === role));
}

async function inTurn<T>(list: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  const waiting = [...list];
  const worker = async (): Promise<void> => {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) await work(one);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

describe('every route of every app', () => {
  let running: RunningCity;
  let tokenOf: ReturnType<typeof tokenMaker>;
  const descriptions = new Map<HostName, Description>();
  const records: string[] = [];
  // The same in every run, so that a change is judged by what it changed; TONGBAN_SEED tries others.
  const seed = Number(process.env['TONGBAN_SEED'] ?? usualSeed);

  let asked = 0;
  // Somebody else each time and from elsewhere, or the bound on requests would be what answers.
  const newStranger = (role: Role): string => `stranger-${role}-${++asked}`;
  const fromElsewhere = () => ({ 'x-forwarded-for': `198.18.${(++asked >> 8) % 256}.${asked % 256}` });

  const operations = (): Operation[] =>
    [...descriptions.values()].flatMap((one) => one.operations.filter(({ streams }) => !streams));
  const urlOf = (operation: Operation, others: (name: string) => string): string =>
    `${running.office.base(operation.host)}/v1${fillPath(operation, nodeOf[operation.host] as NodeCode, others)}`;
  const send = (operation: Operation, url: string, token?: string, headers = {}, body?: string): Promise<Answer> =>
    ask({
      ...{ url, token, headers, method: operation.method.toUpperCase() as 'GET' },
      ...(body === undefined || operation.method === 'get' ? {} : { body }),
    });

  beforeAll(async () => {
    running = await runCity({ env: { TONGBAN_REQUESTS_PER_MINUTE: '1000000', TONGBAN_TRUSTED_PROXIES: '127.0.0.1' } });
    for (const host of hosts) descriptions.set(host, await describeHost(host, running.office.base(host)));
    tokenOf = tokenMaker(running.city.folder, await running.office.token(usernameOf('agent', nodeOf.village)));
    const clerk = tokenOf('matrix', ['clerk', 'supervisor'], nodeOf.township);
    const list = await running.office.get({ token: clerk }, nodeOf.township, '/cases?limit=20');
    for (const { record } of (list.json?.['cases'] ?? list.json?.['items'] ?? []) as { record: string }[])
      records.push(record);
    expect(records.length).toBeGreaterThan(0);
  }, cityTimeoutMs);

  afterAll(() => running?.city.dispose(), matrixTimeoutMs);

  it('hears the roles and places of its description, and refuses all others', async () => {
    const cells = operations()
      .filter(({ path, division }) => path.includes('{node}') && division !== 'public')
      .flatMap((operation) =>
        relations.flatMap((relation) => {
          const division = divisionOf(operation.host, relation);
          // A role that may not is refused wherever its holder belongs (jurisdiction.spec): once is enough here.
          const tried = relation === 'own' ? roles : (operation.roles ?? []);
          return division === undefined ? [] : tried.map((role) => ({ operation, relation, division, role }));
        }),
      );
    const wrong: string[] = [];
    await inTurn(cells, async ({ operation, relation, division, role }) => {
      const token = tokenOf(`matrix-${role}-${division}`, [role], division);
      const answer = await send(
        operation,
        urlOf(operation, () => records[0]!),
        token,
      );
      const code = answer.json?.['code'];
      // Whether somebody is a party to a case is the feature's question, asked once role and place are right.
      const found = ['jurisdiction.role', 'jurisdiction.division'].includes(String(code)) ? String(code) : 'heard';
      const expected = expectedOf(operation, role, relation);
      const isFine = found === expected && answer.status !== 401 && answer.status < 500;
      if (!isFine)
        wrong.push(
          `${operation.host} ${operation.id} ${role} ${relation}: ${answer.status} ${String(code)}, not ${expected}`,
        );
    });
    process.stdout.write(`${cells.length} cells of ${operations().length} routes\n`);
    expect(wrong.slice(0, mostReported)).toEqual([]);
  });

  it('asks who is there, unless it is public', async () => {
    const wrong: string[] = [];
    let client = 0;
    await inTurn(operations(), async (operation) => {
      const url = urlOf(operation, () => records[0]!);
      // From many addresses, or the bound on refused tokens would answer instead.
      const headers = { 'x-forwarded-for': `198.51.100.${++client % 250}` };
      const statuses = [
        (await send(operation, url, undefined, headers)).status,
        (await send(operation, url, 'x.y.z', headers)).status,
      ];
      const isFine =
        operation.roles === undefined ? !statuses.includes(401) : statuses.every((status) => status === 401);
      if (!isFine) wrong.push(`${operation.host} ${operation.id}: ${statuses.join()}`);
    });
    expect(wrong.slice(0, mostReported)).toEqual([]);
  });

  it('gives out nothing of another node or person, whatever kind of record it is and wherever its id is put', async () => {
    const own = neighbours.township.beside!;
    const ids = await idsOfOthers(running.databases, 'township', nodeOf.township, own, idsPerColumn);
    const readings = descriptions
      .get('township')!
      .operations.filter(
        ({ id, method, path, division, streams }) =>
          id !== saysWhere && method === 'get' && !streams && division !== 'public' && /\{(?!node\})\w+\}/.test(path),
      );
    expect([ids.length > 10, readings.length > 10]).toEqual([true, true]);
    const cells = readings.flatMap((operation) =>
      ids.flatMap((id) => [
        { operation, id, node: own, role: operation.roles![0]! },
        ...(operation.roles!.includes('resident')
          ? [{ operation, id, node: nodeOf.township, role: 'resident' as const }]
          : []),
      ]),
    );
    const given: string[] = [];
    await inTurn(cells, async ({ operation, id, node, role }) => {
      const path = fillPath(operation, node as NodeCode, () => id);
      const url = `${running.office.base('township')}/v1${path}?${queryFor(operation, descriptions.get('township')!)}`;
      const { status, json } = await send(operation, url, tokenOf(newStranger(role), [role], own), fromElsewhere());
      // An id is no month, code or digest: there it is no question at all.
      const isRefused = [403, 404].includes(status) || (status === 400 && !isAskedById(operation));
      if (!isRefused)
        given.push(`${operation.id} as ${role} of ${own} for ${id} at ${node}: ${status} ${String(json?.['code'])}`);
    });
    process.stdout.write(`${cells.length} foreign ids put into ${readings.length} routes\n`);
    expect(given.slice(0, mostReported)).toEqual([]);
  });

  it('takes no token that was made for anything else, or says itself how to be checked', async () => {
    const tokens = confusing(running.city.folder, await running.office.token(usernameOf('agent', nodeOf.village)));
    const answers: string[] = [];
    for (const [what, token] of Object.entries(tokens))
      for (const host of hosts) {
        const headers = { 'x-forwarded-for': `203.0.113.${answers.length + 1}` };
        const url = `${running.office.base(host)}/v1/nodes/${nodeOf[host]}/cases`;
        const { status, json } = await ask({ method: 'GET', url, token, headers });
        answers.push(`${what} at ${host}: ${status} ${String(json?.['code'])}`);
      }
    expect(answers.filter((answer) => !answer.endsWith(': 401 identity.invalid'))).toEqual([]);
    expect(answers).toHaveLength(Object.keys(tokens).length * hosts.length);
  });

  it('answers whatever it is sent with a documented status, and never with a fault', async () => {
    process.stdout.write(`seed ${seed}\n`);
    const wrong: string[] = [];
    let sent = 0;
    await inTurn(operations(), async (operation) => {
      for (const request of fc.sample(requestsTo(operation), { numRuns: samplesPerRoute, seed })) {
        sent++;
        const node = nodeOf[operation.host];
        const token = tokenOf(`hostile-${operation.host}-${operation.roles?.[0]}`, heldFor(operation), node);
        const url = `${urlOf(operation, (name) => encodeURIComponent((request.path[name] ?? '').toWellFormed()))}${queryOf(request.query)}`;
        const answer = await send(
          operation,
          url,
          token,
          { ...commandHeaders(), ...request.headers },
          request.body,
        ).catch((error: unknown) => ({ status: 0, contentType: '', json: undefined, text: String(error) }));
        const isProblem =
          answer.contentType.startsWith('application/problem+json') && typeof answer.json?.['code'] === 'string';
        const isUsual = [404, 413, 429].includes(answer.status) || operation.statuses.includes(answer.status);
        const isFine = isUsual && answer.status !== 0 && (answer.status < 400 || isProblem) && answer.status < 500;
        if (!isFine)
          wrong.push(
            `${operation.host} ${operation.id}: ${answer.status} ${answer.text.slice(0, 200)} for ${url} ${request.body?.slice(0, 500)}`,
          );
      }
    });
    process.stdout.write(`${sent} hostile requests to ${operations().length} routes\n`);
    expect(wrong.slice(0, mostReported)).toEqual([]);
    for (const host of hosts)
      expect((await ask({ method: 'GET', url: `${running.office.base(host)}/health/ready` })).status).toBe(200);
  });

  it('takes nothing from a body that only the product says: owner, number, person, times', async () => {
    const mark = newMark();
    const { township, village } = { township: nodeOf.township as NodeCode, village: nodeOf.village as NodeCode };
    const clerk = { token: tokenOf('window', ['clerk'], township) };
    const item = (await itemsOfTownship(running.office, village, township)).find(
      ({ required }) => required.length > 0,
    )!;
    const attachments = await attach(running.office, clerk, township, item.required);
    const application = submissionOf({ item: item.code, applicant: makeApplicant(), attachments, form: item.form });
    const submitted = await running.office.command(clerk, township, '/cases', withForeign(application, mark));
    // Strict where the form of a body is laid down in full, and otherwise blind for what is not in it.
    const { record } = (
      submitted.status === 201 ? submitted : await running.office.command(clerk, township, '/cases', application)
    ).json as { record: string };
    const taken = await running.office.get(clerk, township, `/cases/${record}`);
    expect([taken.status, taken.json?.['owner'], taken.text.includes(mark)]).toEqual([200, township, false]);
    const accepted = await running.office.command(
      clerk,
      township,
      `/cases/${record}/acceptance`,
      withForeign({}, mark),
    );
    const seen = new Set<string>();
    const tried = operations().filter(({ id, method }) => method !== 'get' && !seen.has(id) && seen.add(id));
    const counts = new Map<string, number>();
    const wrong: string[] = [];
    await inTurn(tried, async (operation) => {
      const description = descriptions.get(operation.host)!;
      const body = overloaded(operation, description, mark);
      if (body === undefined) return;
      const node = nodeOf[operation.host];
      const token = tokenOf('window', heldFor(operation), node);
      const one = { operation, node, id: record, token, body, headers: fromElsewhere() };
      const answer = await attempt(running, description, one);
      const [expected, refused] = [foreignNamesOf(operation, description), refusedNamesOf(answer)];
      const kind = expected === undefined ? `${answer.status} of an open body` : 'foreign names';
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
      // The names are what is wrong with it, all of them, and nothing else: without them it would have been taken.
      const isFine = expected === undefined ? answer.status < 500 : refused?.join() === expected.join();
      if (!isFine) wrong.push(`${operation.host} ${operation.id}: ${answer.status} ${answer.text.slice(0, 300)}`);
    });
    process.stdout.write(
      `bodies with foreign names: ${submitted.status}, ${accepted.status}, ${JSON.stringify([...counts])}\n`,
    );
    expect(wrong.slice(0, mostReported)).toEqual([]);
    expect(counts.get('foreign names')).toBeGreaterThan(fewestStrict);
    const stored: string[] = [];
    for (const host of hosts) stored.push(...(await columnsWith(running.databases, host, [mark])));
    expect(stored).toEqual([]);
  });

  it.each(['township', 'village'] as const)(
    'lets nobody do anything to a record of another node or person, and changes nothing by trying: %s',
    async (host) => {
      const own = neighbours[host].beside!;
      const victim = nodeOf[host];
      const description = descriptions.get(host)!;
      const ids = await idsOfOthers(running.databases, host, victim, own, 1);
      const commands = description.operations.filter(isCommandOnRecord);
      const byStaff = commands.flatMap((operation) => {
        const role = operation.roles!.find((each) => each !== 'resident');
        return role === undefined ? [] : ids.map((id) => ({ operation, id, role, node: own }));
      });
      const { record, told, applicant } = await applyOnline(host);
      const byNeighbours = commands
        .filter(({ path, roles: allowed }) => path.includes('/cases/{record}') && allowed!.includes('resident'))
        .map((operation) => ({ operation, id: record, role: 'resident' as const, node: victim }));
      const attempts = [...byStaff, ...byNeighbours];
      expect([ids.length > 4, byStaff.length > 200, byNeighbours.length > 5]).toEqual([true, true, true]);
      await quiet(running.databases);
      const before = await contentsOf(running.databases, host, victim);
      const wrong = new Map<string, string>();
      const counts = new Map<number, number>();
      await inTurn(attempts, async (one) => {
        const token = tokenOf(newStranger(one.role), [one.role], own);
        const { status, text } = await attempt(running, description, { ...one, token, headers: fromElsewhere() });
        counts.set(status, (counts.get(status) ?? 0) + 1);
        if (![403, 404].includes(status) || told.some((content) => text.includes(content)))
          wrong.set(`${one.operation.id} as ${one.role} of ${own} at ${one.node}`, `${status} ${text}`);
      });
      process.stdout.write(`${attempts.length} commands on records of others: ${JSON.stringify([...counts])}\n`);
      expect([...wrong].slice(0, mostReported)).toEqual([]);
      expect([...(await contentsOf(running.databases, host, victim))]).toEqual([...before]);
      // The same requests from those whose record it is: what was refused was who asked.
      const ofOwners = ['urgeCase', 'withdrawCase'].map((id) => commands.find((operation) => operation.id === id)!);
      for (const operation of ofOwners) {
        const done = await attempt(running, description, {
          ...{ operation, id: record, node: victim, token: applicant.token },
        });
        expect([operation.id, done.status < 300, done.text]).toEqual([operation.id, true, done.text]);
        await quiet(running.databases);
      }
    },
  );

  /** A case that a resident has applied for with the own login, and what nobody else is told of it. */
  async function applyOnline(host: 'township' | 'village') {
    const node = nodeOf[host] as NodeCode;
    const applicant = { token: tokenOf(`applicant-${host}`, ['resident'], node) };
    const [village, township] = [nodeOf.village, nodeOf.township] as [NodeCode, NodeCode];
    const items = await itemsOfTownship(running.office, village, township);
    const item = items.find(({ regime }) => regime !== 'onTheSpot')!;
    const attachments = await attach(running.office, applicant, node, item.required);
    const { name, identityNumber, phone } = makeApplicant();
    const application = submissionOf({
      ...{ item: item.code, applicant: { name, identityNumber, phone }, attachments, form: item.form },
    });
    const submitted = await running.office.command(applicant, node, '/cases', { ...application, channel: 'online' });
    expect([submitted.status, submitted.text]).toEqual([201, submitted.text]);
    const { record, number } = submitted.json as { record: string; number: string };
    return { record, told: [number, name, identityNumber, phone], applicant };
  }

  function requestsTo(operation: Operation) {
    const schemas = descriptions.get(operation.host)!.schemas;
    const named = (place: 'path' | 'query'): fc.Arbitrary<Record<string, string>> =>
      fc.record(
        Object.fromEntries(
          operation.parameters
            .filter((parameter) => parameter.in === place && parameter.name !== 'node')
            .map(({ name, schema }) => [name, parameterOf(name, schema, schemas)]),
        ),
        { requiredKeys: [] },
      ) as fc.Arbitrary<Record<string, string>>;
    const header = fc.constantFrom<Record<string, string>>(
      {},
      {},
      { 'if-match': '"1"' },
      { 'if-match': 'x' },
      { 'idempotency-key': 'x' },
    );
    const body =
      operation.body === undefined || operation.body === 'bytes'
        ? fc.oneof(fc.constant(undefined), hostileText)
        : fc.oneof(
            { weight: 9, arbitrary: mutated(operation.body, schemas).map((value) => JSON.stringify(value) ?? 'null') },
            { weight: 1, arbitrary: hostileText },
          );
    return fc.record({ path: named('path'), query: named('query'), headers: header, body });
  }

  const parameterOf = (name: string, schema: Readonly<Record<string, unknown>>, schemas: Description['schemas']) =>
    fc.oneof(
      name === 'record' ? fc.constantFrom(...records, randomUUID()) : mutated(schema, schemas).map(textOfValue),
      mutated(schema, schemas).map(textOfValue),
      hostileText,
    );
});

const textOfValue = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));

function queryOf(query: Readonly<Record<string, string>>): string {
  const text = Object.entries(query)
    .map(([name, value]) => `${name}=${encodeURIComponent(value.toWellFormed())}`)
    .join('&');
  return text === '' ? '' : `?${text}`;
}
