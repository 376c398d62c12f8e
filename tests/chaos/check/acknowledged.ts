import { reading, type Violation, type World } from './world.js';
import type { Journals } from './journal.js';

const keysPerQuery = 2_000;

interface Held {
  readonly id: string;
  readonly node: string;
  readonly record: string;
  readonly times: number;
}

interface Request {
  readonly id: string;
  readonly node: string;
  readonly state: string;
  readonly code: string | null;
}

/** I1: whatever a client was told is saved is there, once, at every node that holds the record. */
export async function acknowledgedFaults(world: World, journals: Journals): Promise<Violation[]> {
  const held = new Map<string, Held[]>();
  const requests = new Map<string, Request>();
  for (const place of world.places) {
    await reading(place.url, async (query) => {
      for (let from = 0; from < world.acknowledged.length; from += keysPerQuery) {
        const keys = world.acknowledged.slice(from, from + keysPerQuery).map(({ key }) => key);
        for (const row of await query<Held>(
          `select id::text, node, record::text, count(*)::int as times from entry
            where id = any($1::uuid[]) group by id, node, record`,
          [keys],
        ))
          held.set(row.id, [...(held.get(row.id) ?? []), row]);
        for (const row of await query<Request>(
          'select id::text, node, state, code from request where id = any($1::uuid[])',
          [keys],
        ))
          requests.set(`${row.id} ${row.node}`, row);
      }
    });
  }
  return world.acknowledged.flatMap((command): Violation[] => {
    const { key, node, record, state } = command;
    const found = held.get(key) ?? [];
    const name = `command ${key} on ${record}, told to be ${state} by ${node},`;
    if (found.length === 0) {
      if (world.mayBeLost.has(key)) return [];
      const request = requests.get(`${key} ${node}`);
      if (state === 'requested' && request?.state === 'refused') return [];
      return [{ invariant: 'I1', what: `${name} is nowhere (request: ${request?.state ?? 'none'})` }];
    }
    const wrong = found.filter(({ times, record: other }) => times !== 1 || other !== record);
    if (wrong.length > 0)
      return [{ invariant: 'I2', what: `${name} is there ${wrong[0]!.times} times on ${wrong[0]!.record}` }];
    const holders = [...(journals.heads.get(record)?.keys() ?? [])];
    const lacking = holders.filter((holder) => !found.some((row) => row.node === holder));
    return lacking.map((holder) => ({ invariant: 'I1', what: `${name} is missing at ${holder}` }));
  });
}
