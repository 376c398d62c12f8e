import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { EnvelopeBodySchema, type Frame, type LinkMessage } from '@tongban/contract';
import { Keystore, sm3 } from '@tongban/journal';
import { freshDatabase } from '@tongban/testkit';
import { randomUUID } from 'node:crypto';
import {
  begin,
  closeSites,
  command,
  converged,
  eventually,
  headsOf,
  Network,
  older,
  parkedAt,
  restart,
  secrets,
  site,
  testTimeoutMs,
  township,
  village,
  type Site,
} from './sites.fixture.js';

/** Wire type 2: a field of bytes, as every later version's new field of text, bytes or a message looks to this one. */
const bytesWireType = 2;
const lateField = 1_999;
const ofTheFuture = { no: lateField, wireType: bytesWireType, data: Buffer.from([3, 0xe4, 0xb8, 0xad]) };

const parents = new Keystore(secrets.filter(({ node }) => node === township));

/** Rewrites what the parent sends as a later version of it would have written and signed it. */
const asLaterVersion =
  (rewrite: (message: LinkMessage) => LinkMessage) =>
  (frame: Frame): void => {
    if (frame.body.case !== 'envelope' || frame.body.value.sender !== township) return;
    const envelope = frame.body.value;
    const body = fromBinary(EnvelopeBodySchema, envelope.body);
    body.messages = body.messages.map(rewrite);
    body.$unknown = [ofTheFuture];
    envelope.body = toBinary(EnvelopeBodySchema, body);
    const { suite, keyId, value } = parents.sign(township, sm3(envelope.body));
    envelope.signature = { ...envelope.signature!, suite, keyId, value: new Uint8Array(value) };
    envelope.$unknown = [ofTheFuture];
    frame.$unknown = [ofTheFuture];
  };

const withLaterFields = (message: LinkMessage): LinkMessage => {
  message.$unknown = [ofTheFuture];
  if (message.body.value !== undefined) message.body.value.$unknown = [ofTheFuture];
  return message;
};

let network: Network;
let town: Site, home: Site;
let sites: Site[];

beforeEach(async () => {
  network = new Network();
  town = await site(network, township, await freshDatabase());
  home = await site(network, village, await freshDatabase());
  sites = [town, home];
}, testTimeoutMs);

afterEach(closeSites);

const payloadsAt = async ({ pool }: Site): Promise<Buffer[]> =>
  (await pool.query<{ payload: Buffer }>('select payload from quarantine order by id')).rows.map(
    ({ payload }) => payload,
  );

describe('a child whose parent is one version ahead', () => {
  it(
    'applies what it knows of envelopes, messages and entries that have fields of later versions',
    async () => {
      network.tamper = asLaterVersion(withLaterFields);
      const record = await begin(home, township);
      await converged(sites, record, 3);
      expect(await command(town, record, { type: 'add', text: '上级新版本办理', secret: '张三' })).toMatchObject({
        ok: true,
      });
      const asked = randomUUID();
      expect(await command(home, record, { type: 'add', text: '下级旧版本申请' }, asked)).toMatchObject({
        value: { state: 'requested' },
      });
      await converged(sites, record, 5);
      expect(await parkedAt(home)).toEqual([]);
      await eventually('its own request is answered', async () => {
        const { rows } = await home.pool.query<{ state: string }>('select state from request where id = $1', [asked]);
        return rows[0]?.state === 'done';
      });
    },
    testTimeoutMs,
  );

  it(
    'parks an entry of an unknown type with the fields that it cannot read, and applies it after its upgrade',
    async () => {
      const record = await begin(home, township);
      await converged(sites, record, 3);
      await restart(network, home, older);
      network.tamper = asLaterVersion(withLaterFields);
      for (const text of ['新类型', '其后一条'])
        expect(await command(town, record, { type: 'add', text })).toMatchObject({ ok: true });
      await eventually('both are parked', async () => (await parkedAt(home)).length === 2);
      expect(await parkedAt(home)).toEqual(['link.schema 4', 'link.schema 5']);
      for (const payload of await payloadsAt(home)) expect(payload.includes(ofTheFuture.data.subarray(1))).toBe(true);
      // Its other records are not touched, and the parent gets its receipts.
      const other = await begin(home, township);
      await converged(sites, other, 3);
      await eventually('nothing waits on the link', async () => {
        const { rows } = await town.pool.query('select from link_out where peer = $1 and acked < last', [village]);
        return rows.length === 0;
      });
      await restart(network, home);
      await converged(sites, record, 5);
      expect(await parkedAt(home)).toEqual([]);
    },
    testTimeoutMs,
  );

  it(
    'keeps a kind of message that it has never heard of, byte for byte, and goes on',
    async () => {
      const record = await begin(home, township);
      await converged(sites, record, 3);
      const unread = Buffer.concat([Buffer.from([9]), Buffer.from('a message')]);
      let hidden = 0;
      network.tamper = asLaterVersion((message) => {
        const isNew = message.body.case === 'entry' && Buffer.from(message.body.value.facts).includes('新的一种消息');
        if (!isNew) return message;
        hidden++;
        const unknown = create(EnvelopeBodySchema, { messages: [{}] }).messages[0]!;
        unknown.$unknown = [{ no: lateField, wireType: bytesWireType, data: unread }];
        return unknown;
      });
      expect(await command(town, record, { type: 'add', text: '新的一种消息' })).toMatchObject({ ok: true });
      const other = await begin(home, township);
      await converged(sites, other, 3);
      await eventually('it is kept', async () => (await payloadsAt(home)).length > 0);
      expect(hidden).toBeGreaterThan(0);
      expect((await payloadsAt(home))[0]!.includes(unread)).toBe(true);
      expect(await headsOf([home], record)).toEqual([expect.stringMatching(/^3 /)]);
      const { rows } = await home.pool.query('select code from quarantine');
      expect(rows).toEqual([{ code: 'link.schema' }]);
      // A restart in the same version keeps it; what comes after it in its record waits beside it.
      await restart(network, home);
      network.tamper = undefined;
      expect(await command(town, record, { type: 'add', text: '其后一条' })).toMatchObject({ ok: true });
      await eventually('the next one waits', async () => (await parkedAt(home)).includes('link.gap 5'));
      expect((await payloadsAt(home))[0]!.includes(unread)).toBe(true);
    },
    testTimeoutMs,
  );
});
