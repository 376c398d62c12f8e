import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import type { JetStreamManager } from '@nats-io/jetstream';
import { streams } from '@tongban/contract';
import { canonicalJson, type Actor, type Json } from '@tongban/kernel';
import { tcpProxy } from '@tongban/platform/local';
import { natsForTests } from '@tongban/testkit';
import {
  aDelegation,
  aDepartment,
  anItem,
  city,
  district,
  itemCode,
  otherDistrict,
  today,
  township,
  village,
} from '@tongban/testkit';
import { signRecord, subjectOf, type PublishedRecord } from '../src/record.js';
import type { CataloguePart } from '../src/usecase/decide-publication.js';
import { toWire } from '../src/wire.js';
import {
  administer,
  clock,
  eventually,
  keystoreOf,
  makeConsumer,
  makeStream,
  openHost,
  type TestHost,
} from './host.js';

const timeoutMs = 90_000;
jest.setTimeout(timeoutMs);

const actor: Actor = { subject: 'manager', role: 'catalogue-manager', division: city };
const whole: CataloguePart = { departments: [aDepartment()], items: [anItem()], delegations: [aDelegation()] };
const consumers = { city: 'host_city', district: 'host_district', late: 'host_late' } as const;

let url: string;
let manager: JetStreamManager;
let closeAdministrator: () => Promise<void>;
let cityHost: TestHost;
let districtHost: TestHost;

const publish = (catalogue: CataloguePart, host = cityHost, node = city) =>
  host.publish.publish({ node, catalogue, actor: { ...actor, division: node }, key: randomUUID() });
const messagesInStream = async (): Promise<number> => (await manager.streams.info(streams.catalogue)).state.messages;
const count = async (host: TestHost, table: string): Promise<number> => {
  const rows = await host.transactor.run((sql) => sql.query<{ n: number }>(`select count(*)::int as n from ${table}`));
  return rows[0]!.n;
};

beforeAll(async () => {
  url = (await natsForTests()).url;
  ({ manager, close: closeAdministrator } = await administer(url));
  await makeStream(manager);
  for (const name of [consumers.city, consumers.district]) await makeConsumer(manager, name);
  cityHost = await openHost([city], consumers.city, url);
  districtHost = await openHost([district, township, village], consumers.district, url);
  cityHost.start();
  districtHost.start();
});

afterAll(async () => {
  for (const host of [cityHost, districtHost]) await host?.close();
  await closeAdministrator?.();
});

describe('a catalogue published at the city', () => {
  it('reaches another host, which answers from it for all its nodes', async () => {
    const done = await publish(whole);
    expect(done).toEqual({
      ok: true,
      value: { published: 3, unchanged: 0, items: 1, departments: 1, delegations: 1 },
    });
    expect(cityHost.view.findItem(city, itemCode, today)).toMatchObject({ ok: true });
    await eventually(() => districtHost.received.length === 3);
    expect(districtHost.view.route(township, itemCode, today)).toMatchObject({
      ok: true,
      value: { item: { version: 1 }, route: { accept: township, decide: township, certify: district } },
    });
    expect(districtHost.view.departmentsOf(village).map(({ id }) => id)).toEqual(['civil-affairs']);
    await eventually(async () => (await count(cityHost, 'catalogue_outbox')) === 0);
    expect(await count(districtHost, 'catalogue_record')).toBe(3);
  });

  it('changes nothing when it is published again', async () => {
    const again = await publish(whole);
    expect(again).toMatchObject({ ok: true, value: { published: 0, unchanged: 3 } });
    expect(await count(cityHost, 'catalogue_outbox')).toBe(0);
    expect(await count(cityHost, 'catalogue_version')).toBe(3);
  });

  it('brings a new version, and keeps the old one for cases that are pinned to it', async () => {
    await publish({ items: [anItem({ version: 2, promisedDays: 5, description: '新版', validFrom: '2026-03-01' })] });
    await eventually(() => districtHost.view.findItemVersion(village, itemCode, 2).ok);
    expect(districtHost.view.findItem(village, itemCode, today)).toMatchObject({ value: { version: 2 } });
    expect(districtHost.view.findItemVersion(village, itemCode, 1)).toMatchObject({ value: { version: 1 } });
    expect(await count(districtHost, 'catalogue_record')).toBe(3);
    expect(await count(districtHost, 'catalogue_version')).toBe(4);
  });

  it('is refused as a whole for one thing that is wrong', async () => {
    const items = [anItem({ code: '370511002000' }), anItem({ code: '370511003000', promisedDays: 300 })];
    const refused = await publish({ items });
    expect(refused).toMatchObject({ ok: false, refusal: { code: 'item.invalid' } });
    expect(cityHost.view.findItem(city, '370511002000', today).ok).toBe(false);
    expect(await count(cityHost, 'catalogue_version')).toBe(4);
    expect(await count(cityHost, 'catalogue_outbox')).toBe(0);
    expect(await publish({ items: [anItem({ name: '换了名称' })] })).toMatchObject({
      refusal: { code: 'item.version-conflict' },
    });
  });

  it('gives the same answer to the same key, and refuses the key for anything else', async () => {
    const key = randomUUID();
    const input = { node: city, catalogue: { items: [anItem({ code: '370511004000' })] }, actor, key };
    const [first, second] = await Promise.all([cityHost.publish.publish(input), cityHost.publish.publish(input)]);
    expect(first).toMatchObject({ ok: true, value: { published: 1 } });
    expect(second).toEqual(first);
    expect(await cityHost.publish.publish({ ...input, catalogue: {} })).toMatchObject({
      refusal: { code: 'request.key-reused' },
    });
  });

  it('ends below with a tombstone, while cases keep their version', async () => {
    const code = '370511006000';
    await publish({ items: [anItem({ code })] });
    await eventually(() => districtHost.view.findItem(township, code, today).ok);
    const input = { node: city, actor, key: randomUUID(), kind: 'item' as const, recordKey: code };
    const refused = await cityHost.withdraw.withdraw({ ...input, reason: '停止实施', force: false });
    expect(refused).toMatchObject({ refusal: { code: 'catalogue.in-use' } });
    expect(await cityHost.withdraw.withdraw({ ...input, reason: '停止实施', force: true })).toMatchObject({ ok: true });
    await eventually(() => !districtHost.view.findItem(township, code, today).ok);
    expect(districtHost.view.findItemVersion(township, code, 1)).toMatchObject({ value: { version: 1 } });
    expect(districtHost.view.itemHistory(township, code)).toMatchObject({
      value: { tombstone: { version: 2, reason: '停止实施' } },
    });
    for (const host of [cityHost, districtHost]) {
      expect(await count(host, `catalogue_period where key = '${code}' and version = 1`)).toBe(1);
    }
  });

  it('is completed below by what the district publishes for its own nodes', async () => {
    const own = anItem({ code: '370511005000', name: '区级特色事项' });
    expect(await publish({ items: [own] }, districtHost, district)).toMatchObject({ ok: true });
    expect(districtHost.view.findItem(township, own.code, today).ok).toBe(true);
    await eventually(() => cityHost.stream.counts.foreign === 1);
    expect(cityHost.view.findItem(city, own.code, today).ok).toBe(false);
    expect(await publish(whole, districtHost, district)).toMatchObject({ refusal: { code: 'item.invalid' } });
  });
});

describe('records that are not genuine', () => {
  const state = (name: string): string => canonicalJson(anItem({ code: '370511666000', name }) as unknown as Json);
  const draft = { kind: 'item', key: '370511666000', version: 1, publishedAt: clock.now(), withdrawn: false };
  const send = (record: PublishedRecord, subject = subjectOf(record)) =>
    manager.jetstream().publish(subject, toWire(record));

  it('are refused, counted and told, and what follows is applied', async () => {
    const genuine = signRecord(keystoreOf([city]), { ...draft, publisher: city, state: state('真') });
    const foreign = signRecord(keystoreOf([otherDistrict]), {
      ...draft,
      publisher: otherDistrict,
      state: state('外区'),
    });
    const before = districtHost.stream.counts;
    await send({ ...genuine, state: state('假') });
    await send(foreign);
    await send(genuine, subjectOf({ ...genuine, version: 2 }));
    await manager.jetstream().publish(subjectOf({ ...genuine, version: 3 }), 'no record');
    await eventually(() => districtHost.stream.counts.refused === before.refused + 3);
    expect(districtHost.stream.counts.foreign).toBe(before.foreign + 1);
    expect(districtHost.view.findItem(township, draft.key, today)).toMatchObject({ refusal: { code: 'item.unknown' } });
    await send(genuine);
    await eventually(() => districtHost.view.findItem(township, draft.key, today).ok);
    const codes = districtHost.logged.flatMap(({ details }) => details?.['code'] ?? []);
    expect(codes).toEqual(expect.arrayContaining(['link.signature', 'link.author', 'link.schema']));
  });

  it('are refused when they give a version another content, even with a true signature', async () => {
    const other = signRecord(keystoreOf([city]), { ...draft, publisher: city, state: state('另一个真') });
    const before = districtHost.stream.counts.refused;
    await send(other);
    await eventually(() => districtHost.stream.counts.refused === before + 1);
    expect(districtHost.view.findItem(township, draft.key, today)).toMatchObject({ value: { name: '真' } });
  });

  it('of an older version only go into the history', async () => {
    const newest = { ...draft, key: '370511777000' };
    const named = (version: number) => {
      const item = anItem({ code: newest.key, version });
      return signRecord(keystoreOf([city]), {
        ...newest,
        publisher: city,
        version,
        state: canonicalJson(item as unknown as Json),
      });
    };
    await send(named(3));
    await eventually(() => districtHost.view.findItem(township, newest.key, today).ok);
    await send(named(2));
    await eventually(() => districtHost.view.findItemVersion(township, newest.key, 2).ok);
    expect(districtHost.view.findItem(township, newest.key, today)).toMatchObject({ value: { version: 3 } });
    const rows = await districtHost.transactor.run((sql) =>
      sql.query('select version from catalogue_record where key = $1', [newest.key]),
    );
    expect(rows).toEqual([{ version: 3 }]);
  });
});

describe('the hub', () => {
  it('may be away while something is published', async () => {
    const proxy = await tcpProxy({ target: { port: Number(new URL(url).port) } });
    await makeConsumer(manager, 'host_behind');
    const host = await openHost([district], 'host_behind', `nats://127.0.0.1:${proxy.port}`);
    try {
      await proxy.cut('refuse');
      host.start();
      const own = anItem({ code: '370511888000' });
      const departments = [aDepartment({ id: 'own-office', name: '区级办公室' })];
      const part = { departments, items: [{ ...own, departmentId: 'own-office' }] };
      expect(await publish(part, host, district)).toMatchObject({ ok: true, value: { published: 2 } });
      expect(host.view.findItem(district, own.code, today).ok).toBe(true);
      expect(await count(host, 'catalogue_outbox')).toBe(2);
      await proxy.heal();
      await eventually(async () => (await count(host, 'catalogue_outbox')) === 0);
      await eventually(() => host.view.findItem(district, itemCode, today).ok);
      await proxy.cut('refuse');
      expect(
        await publish({ items: [{ ...own, departmentId: 'own-office', version: 2 }] }, host, district),
      ).toMatchObject({ ok: true });
      await proxy.heal();
      await eventually(async () => (await count(host, 'catalogue_outbox')) === 0);
    } finally {
      await host.close();
      await proxy.stop();
      await manager.consumers.delete(streams.catalogue, 'host_behind');
    }
  });

  it('gets again what it has lost, and a host that comes late gets every version', async () => {
    const ofCity = `catalogue_version where publisher = '${city}'`;
    const own = await count(cityHost, ofCity);
    await eventually(async () => (await count(districtHost, ofCity)) === own);
    const before = districtHost.stream.counts;
    await manager.streams.purge(streams.catalogue);
    expect(await messagesInStream()).toBe(0);
    cityHost = await cityHost.restart();
    cityHost.start();
    await eventually(async () => (await messagesInStream()) === own);
    await eventually(() => districtHost.stream.counts.known >= before.known + own);
    expect(await count(districtHost, ofCity)).toBe(own);
    await makeConsumer(manager, consumers.late);
    const late = await openHost([otherDistrict], consumers.late, url);
    late.start();
    await eventually(() => late.view.findItemVersion(otherDistrict, itemCode, 2).ok);
    await eventually(() => late.view.findItemVersion(otherDistrict, itemCode, 1).ok);
    await late.close();
  });

  it('may lose the stream itself, and its consumers', async () => {
    await manager.streams.delete(streams.catalogue);
    cityHost = await cityHost.restart();
    cityHost.start();
    await publish({ items: [anItem({ code: '370511999000' })] });
    await eventually(() => cityHost.logged.some(({ message }) => message.includes('interrupted')));
    await makeStream(manager);
    for (const name of [consumers.city, consumers.district]) await makeConsumer(manager, name);
    await eventually(() => districtHost.view.findItem(village, '370511999000', today).ok);
  });
});
