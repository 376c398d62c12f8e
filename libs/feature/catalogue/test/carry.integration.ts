import { canonicalJson, nodeCode } from '@tongban/kernel';
import { KeyDirectory, Keystore, makeSecret, publicPart } from '@tongban/journal';
import { openOffice, type TestOffice } from '@tongban/testkit';
import type { CatalogueRecord } from '@tongban/contract';
import { catalogueMigrations } from '../src/store/migrations.js';
import { signRecord } from '../src/record.js';
import { readPublishers } from '../src/store/record-store.js';
import { applyReceived } from '../src/usecase/apply-received.js';
import { carriedRecords, takeCarried } from '../src/usecase/carry-records.js';

const city = nodeCode('371100000000');
const district = nodeCode('371102000000');
const township = nodeCode('371102001000');
const elsewhere = nodeCode('371121000000');
const secrets = [city, district, elsewhere].map((node) => makeSecret(node, 1));
const keystore = new Keystore(secrets);
const directory = new KeyDirectory(secrets.map(publicPart));
const clock = { now: () => 1_790_000_000_000 };
const count = 40;
let above: TestOffice, below: TestOffice;

const record = (publisher: typeof city, index: number) =>
  signRecord(keystore, {
    ...{ publisher, kind: 'note', key: `n-${index}`, version: 1, publishedAt: clock.now(), withdrawn: index % 5 === 0 },
    state: canonicalJson({ id: `n-${index}`, text: '内容' }),
  });
const open = (): Promise<TestOffice> =>
  openOffice({ nodes: [district], migrations: catalogueMigrations, features: async () => [] });
const heldAt = ({ parts }: TestOffice, publishers = [city, district, elsewhere]) =>
  parts.transactor.run((sql) => readPublishers(sql, publishers));

async function carried(): Promise<CatalogueRecord[]> {
  const all: CatalogueRecord[] = [];
  for await (const batch of carriedRecords(above.parts.transactor, district)) all.push(...batch);
  return all;
}
const take = (records: readonly CatalogueRecord[]): Promise<number> =>
  takeCarried(
    { transactor: below.parts.transactor, directory, clock, log: () => undefined, nodes: [township] },
    records,
  );

beforeAll(async () => {
  [above, below] = [await open(), await open()];
  const records = Array.from({ length: count }, (_unused, index) => record(index % 2 === 0 ? city : district, index));
  await above.parts.transactor.run((sql) => applyReceived(sql, [...records, record(elsewhere, 99)], clock.now()));
});
afterAll(async () => {
  await above.close();
  await below.close();
});

describe('catalogue records beside the stream', () => {
  it('are those of the node and all above it, and arrive as they were signed, once', async () => {
    const records = await carried();
    expect(records).toHaveLength(count);
    expect(await take(records)).toBe(count);
    expect(await take(records)).toBe(0);
    expect(await heldAt(below)).toEqual(await heldAt(above, [city, district]));
  });

  it('are taken only when they are genuine and concern a node here', async () => {
    const [first] = await carried();
    const forged = { ...first!, version: 2 };
    const foreign = { ...first!, publisher: elsewhere, version: 3 };
    const nobody = { ...first!, publisher: 'x', version: 4 };
    expect(await take([forged, foreign, nobody])).toBe(0);
    expect(await heldAt(below)).toHaveLength(count);
  });
});
