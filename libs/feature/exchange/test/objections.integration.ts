/** What the province's quality check lists is read to the last row, whenever it is committed and however much of it. */
import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { nationalDatabase } from '@tongban/domain/exchange';
import { FrontCarrier, openFrontDatabase } from '../src/index.js';
import type { FrontProfile } from '../src/front/batch-rows.js';
import { frontServers, openFront, type FrontServer, type TestFront } from './front.js';

jest.setTimeout(120_000);

const pageLength = 3;
const mostPages = 20;
const servers = await frontServers();
const missing = servers.flatMap((server) => ('missing' in server ? [server] : []));
const present = servers.filter((server): server is Exclude<FrontServer, { missing: string }> => !('missing' in server));
afterAll(async () => {
  for (const server of present) await server.stop();
});

// Shown as skipped, with the reason, where this machine can have no such server.
for (const { name, missing: reason } of missing) it.skip(`${name}: ${reason}`, () => undefined);

describe.each(present.map((server) => [server.name, server] as const))('rejects listed on %s', (_name, server) => {
  let front: TestFront;
  let carrier: FrontCarrier;
  let position: string | undefined;
  beforeEach(async () => {
    front = await openFront(await server.newDatabase(), () => 0);
    carrier = new FrontCarrier({
      database: openFrontDatabase(front.url),
      profile: nationalDatabase({ province: '37' }) as FrontProfile,
      ...{ clock: { now: () => 0 }, log: () => undefined },
    });
    position = undefined;
  });
  afterEach(async () => {
    await carrier.close();
    await front.database.close();
  });

  const reject = async (row: string, time: string): Promise<void> => {
    const batch = randomUUID().replaceAll('-', '');
    await front.database.write((sql) =>
      sql.query(
        `insert into DN_AUDIT_ABNORMAL (row_guid, table_row_guid, table_cd_batch, table_update_time, err_type)
         values (?, ?, ?, ?, 'E-OTHER')`,
        [randomUUID(), row, batch, `2026-03-02 ${time}`],
      ),
    );
  };
  /** All that one look finds, page by page. */
  const look = async (): Promise<string[]> => {
    const found: string[] = [];
    for (let page = 0; page < mostPages; page++) {
      const answer = await carrier.objections(position, pageLength);
      position = answer.position;
      found.push(...answer.found.map(({ rowGuid }) => rowGuid));
      if (answer.found.length < pageLength) return [...new Set(found)].sort();
    }
    throw new Error(`no end after ${mostPages} pages`);
  };

  it('are found when they are committed behind the end of a full page', async () => {
    for (const row of ['a', 'b', 'c', 'd']) await reject(row, `10:00:0${'abcd'.indexOf(row)}`);
    expect(await look()).toEqual(['a', 'b', 'c', 'd']);
    await reject('late', '10:00:01');
    expect(await look()).toContain('late');
  });

  it('leave the place where it is while nothing new is listed', async () => {
    expect(await look()).toEqual([]);
    await reject('a', '10:00:00');
    await look();
    const place = position;
    await look();
    expect(position).toBe(place);
    await front.database.write((sql) => sql.query('delete from DN_AUDIT_ABNORMAL'));
    await look();
    expect(position).toBe(place);
  });

  it('are found when one second has more of them than a page', async () => {
    const rows = Array.from({ length: 2 * pageLength + 1 }, (_unused, index) => `row ${index}`);
    for (const row of rows) await reject(row, '10:00:00');
    expect(await look()).toEqual(rows);
    await reject('next', '10:00:01');
    expect(await look()).toContain('next');
  });
});
