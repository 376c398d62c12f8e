import { caseworkMigrations } from '@tongban/feature/casework';
import { exchangeMigrations } from '@tongban/feature/exchange';
import { federationMigrations } from '@tongban/federation/nest';
import {
  chainStart,
  hashEntry,
  insertEntries,
  journalMigrations,
  Keystore,
  makeSecret,
  type Entry,
  type Sql,
} from '@tongban/journal';
import { nodeCode, type NodeCode, type Uuid } from '@tongban/kernel';
import { freshDatabase } from '@tongban/testkit';
import { Client } from 'pg';
import type { Place, PublicKey, World } from './world.js';

const at = Date.parse('2026-11-20T02:00:00Z');
const zeros = '00000000-0000-4000-8000-0000000000';
export const record = `${zeros}01` as Uuid;
export const submittedKey = `${zeros}11` as Uuid;
export const requestedKey = `${zeros}13` as Uuid;
const number = '371102001001-20261120-000001';

export const nodes = {
  village: nodeCode('371102001001'),
  township: nodeCode('371102001000'),
  district: nodeCode('371102000000'),
  city: nodeCode('371100000000'),
  province: nodeCode('370000000000'),
} as const;
type Tier = keyof typeof nodes;
const tiers = Object.keys(nodes) as Tier[];
const parent: Readonly<Record<Tier, Tier | undefined>> = {
  ...{ village: 'township', township: 'district', district: 'city', city: 'province', province: undefined },
};

const secrets = tiers.map((tier) => makeSecret(nodes[tier], 1));
export const keystore = new Keystore(secrets);
const keys = new Map<string, PublicKey>(
  secrets.map(({ keyId, node, signingPublic }) => [keyId, { node, signing: signingPublic }]),
);

interface Step {
  readonly id: Uuid;
  readonly type: string;
  readonly author: NodeCode;
  readonly epoch: number;
  readonly facts: object;
  readonly sealed?: string;
}

/** Submitted in the village, offered to the township, taken by it and closed there. */
const steps: readonly Step[] = [
  {
    ...{ id: submittedKey, type: 'case.submitted', author: nodes.village, epoch: 1, facts: { number } },
    sealed: '{"protected":"e30","iv":"AAAA","ciphertext":"YWJj","tag":"BBBB"}',
  },
  {
    ...{ id: `${zeros}12` as Uuid, type: 'record.offered', author: nodes.village, epoch: 1 },
    facts: { to: nodes.township },
  },
  {
    ...{ id: `${zeros}14` as Uuid, type: 'record.taken', author: nodes.township, epoch: 2 },
    facts: { from: nodes.village },
  },
  { ...{ id: requestedKey, type: 'case.withdrawn', author: nodes.township, epoch: 2 }, facts: { reasonCode: 'x' } },
];

/** An entry as its author writes it. */
export function written(step: Step, seq: number, prevHash: Uint8Array): Entry {
  const { id, type, author, epoch, facts, sealed } = step;
  const unhashed = {
    ...{ id, record, recordClass: 'case', seq, epoch, type, version: 1, author, prevHash },
    actor: { subject: 's', role: 'agent', division: author } as const,
    ...{ occurredAt: at, recordedAt: at + seq, facts: JSON.stringify(facts) },
    ...(sealed === undefined ? {} : { sealed }),
  };
  const hash = hashEntry(unhashed);
  return { ...unhashed, hash, signature: keystore.sign(author, hash) };
}

function line(): Entry[] {
  const entries: Entry[] = [];
  for (const [index, step] of steps.entries())
    entries.push(written(step, index + 1, entries.at(-1)?.hash ?? chainStart));
  return entries;
}

const provinceSchema = `
create table record (business_key text not null, data_version integer not null, project_no text not null,
  outcome text not null);
insert into record values ('K1', 1, '${number}', 'acknowledged');`;

export interface TestWorld {
  /** Everything as it should be again. */
  mend(): Promise<void>;
  readonly world: World;
  readonly gateway: Place;
  run(tier: Tier | 'sandbox', sql: string, params?: readonly unknown[]): Promise<void>;
  readonly entries: readonly Entry[];
  close(): Promise<void>;
}

const migrations = [...journalMigrations, ...federationMigrations, ...caseworkMigrations, ...exchangeMigrations].sort(
  (left, right) => left.timestamp - right.timestamp,
);

/** Five databases that hold one closed case as it should be, with the product's own schema, and the province's. */
export async function openWorld(): Promise<TestWorld> {
  const clients = new Map<string, Client>();
  const urls = new Map<string, string>();
  for (const name of [...tiers, 'sandbox']) {
    const url = await freshDatabase();
    const client = new Client({ connectionString: url });
    await client.connect();
    clients.set(name, client);
    urls.set(name, url);
  }
  const entries = line();
  const run = async (tier: string, sql: string, params: readonly unknown[] = []): Promise<void> =>
    void (await clients.get(tier)!.query(sql, [...params]));
  const mend = async (): Promise<void> => {
    for (const name of clients.keys()) await run(name, 'drop schema public cascade; create schema public');
    await run('sandbox', provinceSchema);
    for (const tier of tiers) {
      for (const { sql } of migrations) await run(tier, sql);
      await insertEntries(sqlOf(clients.get(tier)!), nodes[tier], entries, at);
      await fill(tier, entries, run);
    }
    await linkUp(run, clients);
  };
  const places = tiers.map((name) => ({ name, url: urls.get(name)! }));
  return {
    world: {
      city: nodes.city,
      places,
      provinceUrl: urls.get('sandbox')!,
      keys,
      acknowledged: [],
      mayBeLost: new Set(),
    },
    gateway: places.at(-1)!,
    ...{ mend, run, entries },
    async close() {
      for (const client of clients.values()) await client.end();
    },
  };
}

type Run = (tier: string, sql: string, params?: readonly unknown[]) => Promise<void>;

async function fill(tier: Tier, entries: readonly Entry[], run: Run): Promise<void> {
  const [node, head] = [nodes[tier], entries.at(-1)!];
  const iso = new Date(at).toISOString();
  await run(
    tier,
    `insert into record (node, record, record_class, owner, epoch, seq, hash, members, changed_at)
     values ($1, $2, 'case', $3, $4, $5, $6, $7, $8)`,
    [node, record, nodes.township, head.epoch, head.seq, head.hash, [nodes.village, nodes.township], iso],
  );
  await run(
    tier,
    `insert into case_view (node, record, number, item_code, item_name, status, closing, owner, seq, head_hash,
       submitted_at, changed_at, state) values ($1, $2, $3, 'i', 'i', 'closed', 'withdrawn', $4, $5, $6, $7, $7, '{}')`,
    [node, record, number, nodes.township, head.seq, head.hash, iso],
  );
  if (tier === 'village')
    await run(
      tier,
      `insert into request (node, id, record, record_class, command_type, subject, state, asked_at, answered_at)
       values ($1, $2, $3, 'case', 'withdraw', 's', 'done', $4, $4)`,
      [node, requestedKey, record, iso],
    );
  if (tier === 'province') {
    await run(
      tier,
      `insert into exchange_report (node, profile, record, number, intake, stage, since, data_version, state, case_seq,
         corrections, closed, alone) values ($1, 'p', $2, $3, $4, 'acknowledged', $5, 1, '{"held":[]}', 4, 0, true, false)`,
      [node, record, number, nodes.village, iso],
    );
    await run(
      tier,
      `insert into exchange_answer (node, profile, business_key, data_version, kind, record, batch, outcome, receipt,
         late, problems, received_at) values ($1, 'p', 'K1', 1, 'k', $2, gen_random_uuid(), 'acknowledged', 'R', false,
         '[]', $3)`,
      [node, record, iso],
    );
  }
}

/** Every entry went up by its own number; both ends agree. */
async function linkUp(run: Run, clients: ReadonlyMap<string, Client>): Promise<void> {
  for (const tier of tiers) {
    const above = parent[tier];
    if (above === undefined) continue;
    const [node, peer] = [nodes[tier], nodes[above]];
    const { rows } = await clients.get(tier)!.query<{ id: string }>('select id from incarnation');
    await run(tier, 'insert into link_out (node, peer, last, acked) values ($1, $2, 4, 4)', [node, peer]);
    await run(
      tier,
      `insert into outgoing (node, peer, seq, kind, record, entry_seq, created_at)
       select $1, $2, place, 'entry', $3, place, now() from generate_series(1, 4) place`,
      [node, peer, record],
    );
    await run(above, 'insert into link_in (node, peer, incarnation, applied) values ($1, $2, $3, 4)', [
      ...[peer, node, rows[0]!.id],
    ]);
  }
}

const sqlOf = (client: Client): Sql => ({
  query: async <Row>(text: string, params: readonly unknown[] = []) =>
    (await client.query(text, [...params])).rows as Row[],
});
