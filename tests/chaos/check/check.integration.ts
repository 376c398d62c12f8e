import { check } from './check.js';
import { keystore, nodes, openWorld, record, requestedKey, submittedKey, type TestWorld } from './world.fixture.js';
import type { Acknowledged, Invariant, World } from './world.js';

const acknowledged: readonly Acknowledged[] = [
  { key: submittedKey, node: nodes.village, record, state: 'done' },
  { key: requestedKey, node: nodes.village, record, state: 'requested' },
];

type Damage = readonly [Invariant, string, RegExp, (damaged: TestWorld) => Promise<void>];

const at = (tier: Parameters<TestWorld['run']>[0], sql: string, params?: readonly unknown[]) => (damaged: TestWorld) =>
  damaged.run(tier, sql, params);

/** A row like the one it is made from, but for some columns. */
const copyOfLast = (changes: string): string => `
  insert into entry select node, record, seq + 1, epoch, gen_random_uuid(), record_class, type, version, author,
    actor_subject, actor_role, actor_division, on_behalf_of, occurred_at, recorded_at, applied_at, facts, sealed, hash,
    ${changes}, suite, key_id, signature, traceparent from entry where seq = 4`;

const damages: readonly Damage[] = [
  [
    'I1',
    'an acknowledged command that one holder lacks',
    /is missing at 371102000000/,
    at('district', `update entry set id = gen_random_uuid() where seq = 1`),
  ],
  ['I1', 'a gap in the numbers of a link', /have a gap/, at('township', 'delete from outgoing where seq = 2')],
  [
    'I1',
    'a number without its message',
    /counts to 4, its messages to 3/,
    at('township', 'delete from outgoing where seq = 4'),
  ],
  [
    'I2',
    'an entry that was applied twice',
    /applied .* twice/,
    at(
      'city',
      `alter table entry drop constraint entry_id_once; ${copyOfLast('hash')}; update entry set id = '${requestedKey}' where seq = 5`,
    ),
  ],
  [
    'I2',
    'a receiver that has applied less than was sent',
    /it has applied 3/,
    at('city', 'update link_in set applied = 3'),
  ],
  [
    'I2',
    'a receiver that counts in another session',
    /it has applied 4 in elsewhere/,
    at('city', `update link_in set incarnation = 'elsewhere'`),
  ],
  [
    'I3',
    'an entry that is missing in the middle',
    /comes where 2 should/,
    at('city', 'delete from entry where seq = 2'),
  ],
  [
    'I3',
    'an entry that follows another one than the one before it',
    /does not follow/,
    at('city', `update entry set prev_hash = decode(repeat('ab', 32), 'hex') where seq = 3`),
  ],
  ['I3', 'a head that is not the newest entry', /is not its newest entry/, at('district', 'update record set seq = 3')],
  [
    'I4',
    'two authors in one epoch',
    /two owners in epoch 2/,
    at('city', `update entry set author = '${nodes.district}' where seq = 4`),
  ],
  [
    'I4',
    'a node that takes somebody else for the owner',
    /takes 371102000000 for the owner/,
    at('city', `update record set owner = '${nodes.district}'`),
  ],
  ['I5', 'a holder that lacks the record', /370000000000 lacks/, at('province', 'truncate entry, record, case_view')],
  ['I5', 'a holder that is behind', /has different heads/, at('province', 'delete from entry where seq = 4')],
  ['I5', 'a projection that is behind', /is not its newest entry/, at('city', 'update case_view set seq = 3')],
  ['I5', 'a case that is not shown', /is not shown at all/, at('city', 'delete from case_view')],
  [
    'I6',
    'facts that were changed',
    /has a hash that is not its own/,
    at('city', `update entry set facts = '{"number":"2"}' where seq = 1`),
  ],
  [
    'I6',
    'a sealed part that was changed',
    /has a hash that is not its own/,
    at(
      'city',
      `update entry set sealed = '{"protected":"e30","iv":"AAAA","ciphertext":"YWJk","tag":"BBBB"}' where seq = 1`,
    ),
  ],
  [
    'I6',
    'a signature that is not the author’s',
    /does not fit the hash/,
    at('city', `update entry set signature = $1 where seq = 2`, [
      Buffer.from(keystore.sign(nodes.village, Buffer.alloc(32)).value),
    ]),
  ],
  [
    'I6',
    'a key of another node',
    /is not one of/,
    at('city', `update entry set key_id = '${nodes.city}#1' where seq = 2`),
  ],
  [
    'I6',
    'a genuine message in quarantine',
    /quarantined at/,
    at(
      'city',
      `insert into quarantine (node, peer, incarnation, link_seq, code, detail, payload, quarantined_at) values ('${nodes.city}', '${nodes.district}', 'i', 1, 'link.chain', 'd', '', now())`,
    ),
  ],
  ['I7', 'a link that waits', /waits: 3 of 4/, at('township', 'update link_out set acked = 3')],
  ['I7', 'a request that is pending', /still pending/, at('village', `update request set state = 'pending'`)],
  [
    'I7',
    'a request that waits for a recovery',
    /a recovery that is over/,
    at('township', `insert into deferred_request values ('${nodes.township}', gen_random_uuid(), '', now())`),
  ],
  [
    'I7',
    'an offer that nobody takes',
    /was offered to/,
    at('township', `update record set offered_to = '${nodes.district}'`),
  ],
  [
    'I8',
    'a record that has forked',
    /the record has forked/,
    at('city', `update entry set hash = decode(repeat('cd', 32), 'hex') where seq = 4`),
  ],
  [
    'I9',
    'a node that holds what is not its',
    /which is not its/,
    at('village', `update entry set node = '371103001001'; update record set node = '371103001001'`),
  ],
  [
    'I12',
    'a closed case that was never reported',
    /not reported without a reason/,
    at('province', 'delete from exchange_report'),
  ],
  [
    'I12',
    'a closed case that is held without a reason',
    /held without a reason/,
    at('province', `update exchange_report set stage = 'held'`),
  ],
  ['I12', 'a receipt for what the province does not have', /does not have K1 1/, at('sandbox', 'truncate record')],
  [
    'I12',
    'a report that is said to be there and is not',
    /is not at the province/,
    async (damaged) => {
      await damaged.run('province', 'delete from exchange_answer');
      await damaged.run('sandbox', 'truncate record');
    },
  ],
];

describe('the check of a city at rest', () => {
  let damaged: TestWorld;
  let world: World;
  beforeAll(async () => {
    damaged = await openWorld();
  });
  beforeEach(async () => {
    await damaged.mend();
    world = { ...damaged.world, acknowledged };
  });
  afterAll(() => damaged.close());

  const found = () => check(world, damaged.gateway);

  it('finds nothing wrong with what is right', async () => {
    expect(await found()).toEqual([]);
  });

  it.each(damages)('%s: sees %s', async (invariant, _what, text, damage) => {
    await damage(damaged);
    const all = await found();
    expect(all.filter((violation) => violation.invariant === invariant && text.test(violation.what))).not.toEqual([]);
  });

  it('I1: sees an acknowledged command that is nowhere', async () => {
    const key = '00000000-0000-4000-8000-000000000099';
    world = { ...world, acknowledged: [...acknowledged, { key, node: nodes.village, record, state: 'done' }] };
    expect(await found()).toEqual([{ invariant: 'I1', what: expect.stringMatching(/is nowhere/) as string }]);
  });

  it('excuses what only a restored database knew, a refused request, and what the gateway lists with a reason', async () => {
    const lost = '00000000-0000-4000-8000-000000000098';
    const refused = '00000000-0000-4000-8000-000000000097';
    const more: readonly Acknowledged[] = [
      { key: lost, node: nodes.village, record, state: 'done' },
      { key: refused, node: nodes.village, record, state: 'requested' },
    ];
    world = { ...world, acknowledged: [...acknowledged, ...more], mayBeLost: new Set([lost]) };
    await damaged.run(
      'village',
      `insert into request (node, id, record, record_class, command_type, subject, state, code, asked_at)
       values ($1, $2, $3, 'case', 'x', 's', 'refused', 'case.closed', now())`,
      [nodes.village, refused, record],
    );
    await damaged.run('province', `update exchange_report set stage = 'held', state = '{"held":[{"code":"missing"}]}'`);
    expect(await found()).toEqual([]);
  });
});
