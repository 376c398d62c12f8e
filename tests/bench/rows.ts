import {
  chainStart,
  hashEntry,
  insertEntries,
  type Entry,
  type Keystore,
  type Sql,
  type UnhashedEntry,
} from '@tongban/journal';
import type { NodeCode, Uuid } from '@tongban/kernel';
import { randomUUID } from 'node:crypto';
import type pg from 'pg';

const casesPerInsert = 500;

/** Entries of one case, all by the node that took it in: what was submitted, and that somebody asked how it goes. */
function entriesOf(template: Entry, keystore: Keystore, number: string, at: number, count: number): Entry[] {
  const entries: Entry[] = [];
  const record = randomUUID() as Uuid;
  const submitted = JSON.parse(template.facts) as Record<string, unknown>;
  for (let seq = 1; seq <= count; seq++) {
    const isFirst = seq === 1;
    const unhashed: UnhashedEntry = {
      ...template,
      id: randomUUID() as Uuid,
      ...{ record, seq, recordedAt: at + seq, occurredAt: at },
      type: isFirst ? template.type : 'case.urged',
      version: isFirst ? template.version : 1,
      facts: isFirst ? JSON.stringify({ ...submitted, number }) : '{}',
      prevHash: entries.at(-1)?.hash ?? chainStart,
    };
    const hash = hashEntry(unhashed);
    entries.push({ ...unhashed, hash, signature: keystore.sign(template.author, hash) });
  }
  return entries;
}

/**
 * Writes signed cases into a node's journal with their place on the link to its parent, as the product would have in
 * one transaction each; the host must be down.
 */
export async function writeCases(
  pool: pg.Pool,
  template: Entry,
  keystore: Keystore,
  link: { readonly node: NodeCode; readonly peer: NodeCode; readonly count: number; readonly entriesPerCase: number },
): Promise<void> {
  const { node, peer, count, entriesPerCase } = link;
  for (let from = 0; from < count; from += casesPerInsert) {
    const at = Date.now();
    const cases = Array.from({ length: Math.min(casesPerInsert, count - from) }, () =>
      entriesOf(template, keystore, `B1-${randomUUID()}`, at, entriesPerCase),
    );
    const client = await pool.connect();
    const sql: Sql = {
      query: async <Row>(text: string, params: readonly unknown[] = []) =>
        (await client.query(text, [...params])).rows as Row[],
    };
    try {
      await client.query('begin');
      const entries = cases.flat();
      await insertEntries(sql, node, entries, at);
      const heads = cases.map((own) => own.at(-1)!);
      await client.query(
        `insert into record (node, record, record_class, owner, epoch, seq, hash, members, changed_at)
         select $1, r, 'case', $1, 1, ${entriesPerCase}, h, array[$1], now() from unnest($2::uuid[], $3::bytea[]) u(r, h)`,
        [node, heads.map(({ record }) => record), heads.map(({ hash }) => hash)],
      );
      await client.query(
        `insert into outgoing (node, peer, seq, kind, record, entry_seq, created_at)
         select $1, $2, l.last + place, 'entry', r, s, now()
           from link_out l, unnest($3::uuid[], $4::int[]) with ordinality as u(r, s, place)
          where l.node = $1 and l.peer = $2`,
        [node, peer, entries.map(({ record }) => record), entries.map(({ seq }) => seq)],
      );
      await client.query('update link_out set last = last + $3 where node = $1 and peer = $2', [
        ...[node, peer, entries.length],
      ]);
      await client.query('commit');
    } finally {
      client.release(true);
    }
  }
}
