import { setTimeout as sleep } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { standingLimits } from '@tongban/domain/catalogue';
import { parentOf, type NodeCode } from '@tongban/kernel';
import {
  aDepartment,
  anItem,
  city,
  district,
  itemCode,
  otherTownship,
  today,
  township,
  village,
  type Caller,
} from '@tongban/testkit';
import type { Catalogue } from '../src/catalogue.module.js';
import { standingsLimits } from '../src/standing/standings.js';
import { standingTopic } from '../src/standing/standing-wire.js';
import { readPublishers } from '../src/store/record-store.js';
import { applyReceived } from '../src/usecase/apply-received.js';
import { openTestApp, publishByTwo, type TestApp } from './http-app.js';

const timeoutMs = 60_000;
jest.setTimeout(timeoutMs);
const waitTimeoutMs = 10_000;
const pollMs = 25;

const children: Readonly<Record<string, readonly NodeCode[]>> = {
  [city]: [district],
  [district]: [township, otherTownship],
  [township]: [village],
};
const childrenOf = (node: NodeCode): readonly NodeCode[] => children[node] ?? [];
const sizeOf = (node: NodeCode): number => childrenOf(node).reduce((sum, child) => sum + sizeOf(child), 1);

// Time goes on by itself a little with every look, and by leaps when a test says so.
let nowMs = Date.parse(`${today}T01:00:00Z`);
const clock = { now: () => nowMs++ };
const away = new Set<NodeCode>();
const hosts = new Map<NodeCode, Catalogue>();
const send = (sender: NodeCode, topic: string, content: Uint8Array): Promise<void> => {
  const receiver = parentOf(sender)!;
  if (!away.has(sender)) hosts.get(receiver)?.standings.take({ sender, receiver, topic, at: clock.now(), content });
  return Promise.resolve();
};
const standing = { tree: { childrenOf, sizeOf }, send };

let above: TestApp;
let below: TestApp;
let manager: Caller;

async function open(nodes: readonly NodeCode[]): Promise<TestApp> {
  const app = await openTestApp(nodes, true, { standing, clock });
  for (const node of nodes) hosts.set(node, app.host);
  app.host.standings.start();
  return app;
}
/** What the stream does: takes what the city has published to the host below. */
async function spread(): Promise<void> {
  const records = await above.parts.transactor.run((sql) => readPublishers(sql, [city]));
  await below.parts.transactor.run((sql) => applyReceived(sql, records, clock.now()));
  await below.host.view.refresh();
  below.host.standings.changed();
}
const seen = async (by = manager, node = city) => (await by.get(`${node}/catalogue/standing`)).json();
async function until(condition: (standing: ReturnType<typeof JSON.parse>) => boolean): Promise<void> {
  for (let waitedMs = 0; waitedMs < waitTimeoutMs; waitedMs += pollMs) {
    if (condition(await seen())) return;
    await sleep(pollMs);
  }
  throw new Error(`not so within ${waitTimeoutMs} ms: ${JSON.stringify(await seen())}`);
}

beforeAll(async () => {
  above = await open([city, district]);
  below = await open([township, otherTownship, village]);
  manager = above.as('catalogue-manager', city);
  const whole = { departments: [aDepartment()], items: [anItem()] };
  expect((await publishByTwo(above, manager, city, whole)).statusCode).toBe(201);
});
afterAll(async () => {
  await above?.close();
  await below?.close();
});

describe('who holds what', () => {
  it('is told up the tree and counted at the city', async () => {
    await until(({ publishers }) => publishers[0]?.newest === 2);
    await until(({ heard }) => heard === 5);
    expect((await seen()).publishers).toMatchObject([{ newest: 2, behind: 3, lagging: [{ versions: 0, nodes: 3 }] }]);
    await spread();
    await until(({ publishers }) => publishers[0]?.newest === 5);
    const found = await seen();
    expect(found).toMatchObject({ node: city, total: 5, heard: 5, unheard: 0, silentNodes: 0, silent: [] });
    expect(found.publishers).toEqual([
      {
        publisher: city,
        ...{ versions: 2, newest: 5, behind: 0, lagging: [] },
        publishedAt: expect.any(String),
        since: expect.any(String),
      },
    ]);
    expect(Date.parse(found.publishers[0].since)).toBeGreaterThan(Date.parse(found.publishers[0].publishedAt));
    expect((await seen(above.as('supervisor', city), district)).total).toBe(4);
  });

  it('names those behind after a publication, and in the impact of a draft who will get it', async () => {
    const { version: _version, ...document } = anItem({ description: '新版', validFrom: '2026-02-01' });
    const draft = (await manager.send('POST', `${city}/drafts`, document)).json().draft;
    const impact = async () => (await manager.get(`${city}/drafts/${draft}/impact`)).json().holders;
    expect(await impact()).toEqual({ total: 5, newest: 5, behind: [], silent: [], unheard: 0 });
    const changed = { items: [anItem({ version: 2, description: '提高标准' })] };
    await publishByTwo(above, manager, city, changed);
    await until(({ publishers }) => publishers[0]?.newest === 2);
    expect((await seen()).publishers[0]).toMatchObject({
      versions: 3,
      behind: 3,
      lagging: [{ versions: 2, nodes: 3, named: [township, village, otherTownship].sort() }],
    });
    expect(await impact()).toMatchObject({ newest: 2, behind: [{ versions: 2, nodes: 3 }] });
    await spread();
    await until(({ publishers }) => publishers[0]?.behind === 0);
    expect((await below.get(`${village}/items/${itemCode}`)).json()).toMatchObject({ version: 2 });
  });

  it('shows for how long a node has been away, also after a restart', async () => {
    away.add(township);
    nowMs += standingLimits.silentAfterMs * 10;
    // Everybody seems silent until those who are there speak again: what they say is the same, that they say it is news.
    above.host.standings.changed();
    await until(({ silentNodes }) => silentNodes === 3);
    await sleep(standingsLimits.repeatMs + 2 * standingsLimits.settleMs);
    below.host.standings.changed();
    await until(({ silentNodes }) => silentNodes === 2);
    const found = await seen();
    expect(found).toMatchObject({ silentNodes: 2, heard: 5, publishers: [{ newest: 5 }] });
    const mine = found.silent.find(({ node }: { node: string }) => node === township);
    expect(mine).toMatchObject({ nodes: 2 });
    expect(mine.ageSeconds).toBeGreaterThanOrEqual((standingLimits.silentAfterMs * 10) / 1000);
    await above.host.stop();
    const again = await above.restart();
    const { silent } = again.standings.of(district).standing;
    expect(silent.map(({ node, heardAt }) => [node, new Date(heardAt).toISOString()])).toContainEqual([
      township,
      mine.heardAt,
    ]);
    await again.stop();
  });

  it('is not taken from whoever speaks for others, or speaks again from the past', () => {
    const { standings } = above.host;
    const before = standings.of(district);
    const content = new Uint8Array([1, 2, 3]);
    const receiver = district;
    standings.take({ sender: township, receiver, topic: standingTopic, at: nowMs + 1, content });
    standings.take({ sender: township, receiver, topic: 'weather', at: nowMs + 1, content: new Uint8Array() });
    standings.take({ sender: township, receiver, topic: standingTopic, at: 1, content: new Uint8Array() });
    expect({ ...standings.of(district), at: 0 }).toEqual({ ...before, at: 0 });
  });

  it('is for those who answer for the catalogue', async () => {
    const clerk = above.as('clerk', city);
    expect((await clerk.get(`${city}/catalogue/standing`)).json()).toMatchObject({ code: 'jurisdiction.role' });
    const lower = above.as('catalogue-manager', district);
    expect((await lower.get(`${city}/catalogue/standing`)).json()).toMatchObject({ code: 'jurisdiction.division' });
  });
});
