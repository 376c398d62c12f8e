import { federationMigrations } from '@tongban/federation/nest';
import { journalMigrations } from '@tongban/journal';
import { nodeCode } from '@tongban/kernel';
import { openOffice, type TestOffice } from '@tongban/testkit';
import { LinkController, LinkReports, LINKS, type LinkTools } from '../src/index.js';
import { linkMapBytes, linkMapTopic } from '../src/link-map-wire.js';

const township = nodeCode('371102001000');
const village = nodeCode('371102001001');
const district = nodeCode('371102000000');
const clockOfHub = {
  reference: 'hub',
  aheadSeconds: 45.2,
  errorSeconds: 0.004,
  standing: 'wrong',
  at: '2026-07-30T01:00:05.000Z',
} as const;
let office: TestOffice;
const otherVillage = nodeCode('371102001002');
let at = 0;
let reports: LinkReports;
const sent: { readonly node: string; readonly content: Uint8Array }[] = [];

beforeAll(async () => {
  office = await openOffice({
    nodes: [township],
    migrations: [...journalMigrations, ...federationMigrations],
    features: async ({ transactor, clock }) => {
      at = clock.now();
      reports = new LinkReports({
        ...{ nodes: [township], transactor, clock, log: () => undefined },
        tree: {
          childrenOf: (node) => (node === township ? [village, otherVillage] : []),
          sizeOf: (node) => (node === township ? 3 : 1),
        },
        send: (node, topic, content) => {
          expect(topic).toBe(linkMapTopic);
          sent.push({ node, content });
          return Promise.resolve();
        },
      });
      const tools: LinkTools = {
        ...{ transactor, clock },
        sentOf: (_node, peer) => (peer === village ? 7 : undefined),
        heardOf: (_node, peer) => (peer === village ? { at: clock.now(), last: 12, aheadMs: -3_200 } : undefined),
        clocks: () => [clockOfHub],
        mapOf: (node) => reports.of(node),
        courierOf: (peer) => (peer === village ? 'nats' : undefined),
      };
      return [{ controllers: [LinkController], providers: [{ provide: LINKS, useValue: tools }] }];
    },
  });
  await office.parts.transactor.run(async (sql) => {
    await sql.query('insert into link_out (node, peer, last, acked) values ($1, $2, 9, 5)', [township, village]);
    await sql.query('insert into link_in (node, peer, applied) values ($1, $2, 3)', [township, district]);
    await sql.query(
      `insert into outgoing (node, peer, seq, kind, record, entry_seq, created_at) values ($1, $2, 6, 'entry', gen_random_uuid(), 1, $3)`,
      [township, village, new Date(at - 90_000).toISOString()],
    );
    for (const [seq, code] of [
      [1, 'link.schema'],
      [2, 'link.gap'],
      [3, 'link.chain'],
      [4, 'service.fault'],
    ]) {
      await sql.query(
        `insert into quarantine (node, peer, incarnation, link_seq, code, detail, payload, quarantined_at)
         values ($1, $2, 'i', $3, $4, 'd', '', now())`,
        [township, village, seq, code],
      );
    }
  });
});
afterAll(() => office.close());

describe('links over HTTP', () => {
  it('show numbers, waiting, what is parked and quarantined, and how far clocks are apart', async () => {
    const answer = await office.as('supervisor', district).get(`${township}/links`);
    expect(answer.json().clocks).toEqual([clockOfHub]);
    expect(answer.json().links).toMatchObject([
      {
        peer: district,
        state: 'fine',
        courier: null,
        last: 0,
        sent: null,
        applied: 3,
        peerHeardAt: null,
        peerClockAheadSeconds: null,
      },
      {
        ...{
          peer: village,
          state: 'faulty',
          courier: 'nats',
          last: 9,
          sent: 7,
          acknowledged: 5,
          oldestUnacknowledgedSeconds: 90,
        },
        ...{ peerLast: 12, peerClockAheadSeconds: -3.2, parked: 2, quarantined: 4 },
      },
    ]);
  });

  it('are not for everybody', async () => {
    expect((await office.as('clerk', township).get(`${township}/links`)).statusCode).toBe(403);
    expect((await office.as('supervisor', village).get(`${township}/links`)).statusCode).toBe(403);
  });

  it('are mapped: what waits at this end, what the other end has said, and who was never heard of', async () => {
    const read = async () => (await office.as('exchange-operator', district).get(`${township}/link-map`)).json();
    expect(await read()).toMatchObject({
      ...{ total: 2, fine: 0, unknown: 0, omitted: 0 },
      links: [
        { node: village, state: 'faulty', waiting: 4, quarantined: 4, parked: 2, heardAt: null },
        { node: otherVillage, state: 'unheard', waiting: 0, waitingSince: null },
      ],
    });
    reports.take({ sender: otherVillage, receiver: township, topic: 'another', content: new Uint8Array() });
    expect(await read()).toMatchObject({ fine: 1, links: [{ node: village }] });
    const links = [
      { node: otherVillage, state: 'behind', waiting: 1, waitingSince: 1, quarantined: 0, parked: 0 } as const,
    ];
    const content = linkMapBytes({ links, omitted: 0 });
    reports.take({ sender: otherVillage, receiver: township, topic: linkMapTopic, content });
    expect(await read()).toMatchObject({
      fine: 0,
      links: [{ node: village }, { node: otherVillage, state: 'behind' }],
    });
    reports.start();
    await reports.stop();
    expect(sent[0]?.node).toBe(township);
    expect((await office.as('clerk', township).get(`${township}/link-map`)).statusCode).toBe(403);
    expect((await office.as('supervisor', village).get(`${township}/link-map`)).statusCode).toBe(403);
  });
});
