import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { nationalDatabase, shandongDatabase } from '@tongban/domain/exchange';
import { unwrap } from '@tongban/kernel';
import { FrontInbox, openFrontDatabase, type FrontDatabase } from '../src/index.js';
import { frontServers, openFront, type FrontServer } from './front.js';

jest.setTimeout(180_000);

interface Outbox {
  plantRows(database: FrontDatabase, message: object, now: number): Promise<void>;
  rowReplies(database: FrontDatabase, profile: string): Promise<object[]>;
}
const sandbox = join(import.meta.dirname, '..', '..', '..', '..', 'apps', 'province-sandbox', 'src', 'front');
const outbox = (await import(join(sandbox, 'outbox.ts'))) as Outbox;
const servers: readonly FrontServer[] = await frontServers();
afterAll(async () => {
  for (const server of servers) if ('stop' in server) await server.stop();
});
const now = Date.UTC(2026, 2, 2, 2);
const there = servers.flatMap((server) => ('newDatabase' in server ? [server] : []));
const profiles = [nationalDatabase, shandongDatabase].map((make) => make({ province: '37' }));
const runs = there.flatMap((server) =>
  profiles.map((profile) => ({ server, profile, name: `${profile.name} on ${server.name}` })),
);

describe.each(runs)('what is sent down by $name', ({ server, profile }) => {
  const { inbound } = profile.front!;

  it('is read with times, papers and rare characters, until it is answered, and answered once', async () => {
    const { database } = await openFront(await server.newDatabase(), () => now);
    const inbox = new FrontInbox(database, inbound);
    const id = randomUUID();
    const content = Buffer.from('%PDF-1.7 内容');
    const file = {
      material_code: 'm1',
      file_name: '申请表.pdf',
      media_type: 'application/pdf',
      content: content.toString('base64'),
    };
    const message = { id, kind: 'application', profile: profile.name, projectno: 'SD-1', applyer_name: '欧阳𠮷祥' };
    await outbox.plantRows(database, { ...message, apply_date: '2026-03-02T10:00:00+08:00', files: [file] }, now);
    const rating = { id: randomUUID(), kind: 'rating', profile: profile.name, projectno: 'SD-1', satisfaction: '5' };
    await outbox.plantRows(database, rating, now);
    const read = unwrap(await inbox.fetch(7));
    expect(read).toMatchObject([
      {
        ...{ position: 8, id, kind: 'application' },
        content: {
          ...{ projectno: 'SD-1', applyer_name: '欧阳𠮷祥', apply_date: '2026-03-02T10:00:00+08:00' },
          materials: [{ material_code: 'm1', file_name: '申请表.pdf', size: content.length }],
        },
      },
      { position: 9, id: rating.id, kind: 'rating', content: { satisfaction: '5' } },
    ]);
    expect(Buffer.from(unwrap(await inbox.file(id, 0, 100))).equals(content)).toBe(true);
    expect((await inbox.file(id, 0, 3)).ok).toBe(false);
    expect((await inbox.file(id, 1, 100)).ok).toBe(false);
    for (let time = 0; time < 2; time++) expect((await inbox.reply({ id, outcome: 'received' })).ok).toBe(true);
    expect(unwrap(await inbox.fetch(9)).map((one) => one.id)).toEqual([rating.id]);
    const answer = { id, outcome: 'refused', code: 'case.form', text: '申请表有误：𠮷' } as const;
    for (let time = 0; time < 2; time++) expect((await inbox.reply(answer)).ok).toBe(true);
    expect(await outbox.rowReplies(database, profile.name)).toEqual([answer, { id, outcome: 'received' }]);
    await inbox.close();
  });

  it('is nothing where the platform has no such tables, and unavailable while the database is', async () => {
    const bare = new FrontInbox(openFrontDatabase(await server.newDatabase()), inbound);
    expect(unwrap(await bare.fetch(0))).toEqual([]);
    expect(await bare.reply({ id: randomUUID(), outcome: 'received' })).toMatchObject({
      refusal: { code: 'service.unavailable' },
    });
    await bare.close();
    expect(await bare.fetch(0)).toMatchObject({ refusal: { code: 'service.unavailable' } });
  });
});

it('has a PostgreSQL to be tested on', () => expect(there.length).toBeGreaterThan(0));
