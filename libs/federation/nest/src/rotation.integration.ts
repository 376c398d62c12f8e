import { create } from '@bufbuild/protobuf';
import { FrameSchema } from '@tongban/contract';
import {
  hashEntry,
  KeyDirectory,
  Keystore,
  makeSecret,
  publicPart,
  readEntries,
  Sealer,
  type NodeKey,
} from '@tongban/journal';
import { freshDatabase } from '@tongban/testkit';
import { randomUUID } from 'node:crypto';
import type { FrameRefused } from './host-settings.js';
import {
  begin,
  closeSites,
  command,
  converged,
  district,
  eventually,
  Network,
  parkedAt,
  secrets,
  site,
  testTimeoutMs,
  township,
  transactorOn,
  village,
  type Site,
} from './sites.fixture.js';
import { sealEnvelope, verifyMessages } from './verify.js';

const leadMs = 300;
const overlapMs = 1_500;
/** Commands acknowledged in each part of the replacement. */
const around = 5;

const published = secrets.map(publicPart);
const second = makeSecret(village, 2);
const first = secrets.find(({ node }) => node === village)!;

interface Place {
  readonly at: Site;
  readonly directory: KeyDirectory;
  readonly keystore: Keystore;
  readonly refused: FrameRefused[];
}

describe('the key of a village is replaced while cases flow', () => {
  const network = new Network();
  const places: Place[] = [];
  const records: { readonly record: string; seq: number }[] = [];
  let loading = true;
  let load: Promise<void>;
  let until = 0;

  async function place(node: (typeof secrets)[number]['node']): Promise<Place> {
    const directory = new KeyDirectory(published);
    const own = secrets.filter((secret) => secret.node === node);
    const keystore = new Keystore(own, undefined, directory);
    const refused: FrameRefused[] = [];
    const sealer = new Sealer(directory, keystore);
    const settings = { directory, keystore, sealer, refused: (what: FrameRefused) => void refused.push(what) };
    return { at: await site(network, node, await freshDatabase(), settings), directory, keystore, refused };
  }

  /** One case after another at the village, each with a line more. */
  async function work(): Promise<void> {
    while (loading) {
      const record = await begin(places[0]!.at);
      const added = await command(places[0]!.at, record, { type: 'add', text: 'more', secret: '张三' });
      if (!added.ok) throw new Error(added.refusal.code);
      records.push({ record, seq: 2 });
    }
  }
  const goesOn = async (): Promise<void> => {
    const goal = records.length + around;
    await eventually('more cases', async () => records.length >= goal);
  };
  const signedBy = async ({ at }: Place): Promise<string[]> => {
    const sql = `select distinct key_id from entry where author = $1 order by key_id`;
    return (await at.pool.query<{ key_id: string }>(sql, [village])).rows.map(({ key_id }) => key_id);
  };

  beforeAll(async () => {
    for (const node of [village, township, district]) places.push(await place(node));
    load = work();
  }, testTimeoutMs);

  afterAll(async () => {
    loading = false;
    await load;
    await closeSites();
  });

  it(
    'and not a message is lost, though a node above hears of it late',
    async () => {
      const [home, town, county] = places as [Place, Place, Place];
      await goesOn();
      const from = Date.now() + leadMs;
      until = from + overlapMs;
      const keys = published.flatMap((key): NodeKey[] =>
        key.node === village
          ? [
              { ...key, until },
              { ...publicPart(second), from },
            ]
          : [key],
      );
      home.keystore.adopt([first, second]);
      for (const { directory } of [home, town]) directory.adopt(new KeyDirectory(keys));
      await eventually('the new key to be used', async () => (await signedBy(home)).includes(second.keyId));
      await goesOn();
      await eventually('what the county cannot check yet', async () => (await parkedAt(county.at)).length > 0);
      expect((await parkedAt(county.at)).every((row) => row.startsWith('link.key '))).toBe(true);
      county.directory.adopt(new KeyDirectory(keys));
      await county.at.host.keysChanged();
      await eventually('the old key to end', async () => Date.now() > until);
      await goesOn();
      loading = false;
      await load;
      for (const { record, seq } of records)
        await converged(
          places.map(({ at }) => at),
          record,
          seq,
        );
      expect(await signedBy(county)).toEqual([first.keyId, second.keyId]);
      await eventually('nothing parked', async () => (await parkedAt(county.at)).length === 0);
      expect(await parkedAt(town.at)).toEqual([]);
    },
    testTimeoutMs,
  );

  it(
    'and whoever has the old one signs nothing new, however it is dated',
    async () => {
      const [, town] = places as [Place, Place, Place];
      const thief = new Keystore([first]);
      const content = {
        sender: village,
        receiver: township,
        session: randomUUID(),
        base: 0,
        firstSeq: 1,
        messages: [],
      };
      const value = sealEnvelope(thief, content);
      await network.handlers.get(township)!(create(FrameSchema, { body: { case: 'envelope', value } }));
      expect(town.refused).toContainEqual({
        ...{ frame: 'envelope', sender: village, receiver: township },
        code: 'link.key-ended',
      });
      const sql = transactorOn(town.at.pool);
      const entry = (await sql.run((tx) => readEntries(tx, township, records.at(-1)!.record))).at(-1)!;
      const dated = (recordedAt: number) => {
        const unhashed = { ...entry, recordedAt };
        const hash = hashEntry(unhashed);
        return { kind: 'entry' as const, entry: { ...unhashed, hash, signature: thief.sign(village, hash) } };
      };
      const verdicts = verifyMessages(town.directory, [dated(until)]);
      expect(verdicts.get(0)).toMatchObject({ refusal: { code: 'link.key-ended' } });
      // What it had signed in its time stays genuine.
      expect(verifyMessages(town.directory, [dated(until - 1)]).size).toBe(0);
    },
    testTimeoutMs,
  );
});
