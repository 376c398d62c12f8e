import { hosts, type HostName } from './city.js';
import type { Databases } from './database.js';
import { until } from './wait.js';

/** Lines of everything that a command may write, per host. What the exchange notes by itself is left out. */
const countsSql = `
select
  (select count(*) from entry where type <> 'case.reported')::int as entries,
  (select count(*) from record)::int as records,
  (select count(*) from command where node not like '__0000000000')::int as commands,
  (select count(*) from request where command_type <> 'noteReport')::int as requests,
  (select count(*) from outgoing o join entry e on e.node = o.node and e.record = o.record and e.seq = o.entry_seq
    where e.type <> 'case.reported')::int as outgoing,
  (select count(*) from quarantine)::int as quarantined,
  (select count(*) from blob)::int as blobs,
  (select count(*) from dossier_read)::int as reads,
  (select coalesce(sum(last), 0) from daily_number)::int as numbers
`;

export type Counts = Readonly<Record<HostName, Readonly<Record<string, number>>>>;

const quietForMs = 1_500;
const quietTimeoutMs = 60_000;

export async function countEverything(databases: Databases): Promise<Counts> {
  const counted = await Promise.all(
    hosts.map(async (host) => {
      const [row] = await databases.query<Record<string, number>>(host, countsSql);
      return [host, row ?? {}] as const;
    }),
  );
  return Object.fromEntries(counted) as Counts;
}

/** Waits until nothing has changed anywhere for a while: what was done before has arrived everywhere. */
export async function quiet(databases: Databases): Promise<Counts> {
  let last = '';
  let since = 0;
  return until('the city to come to rest', quietTimeoutMs, async () => {
    const counts = await countEverything(databases);
    const now = JSON.stringify(counts);
    if (now !== last) [last, since] = [now, performance.now()];
    return performance.now() - since >= quietForMs ? counts : undefined;
  });
}
