import { reading, type Place, type Violation } from './world.js';

interface Closed {
  readonly record: string;
  readonly number: string;
  readonly stage: string | null;
  readonly version: number | null;
  readonly held: number;
  readonly problems: number;
  readonly keys: string[];
}

/** Closed cases as the gateway holds them, with what it says of their reports. */
const closedSql = `
select v.record::text, v.number, r.stage, r.data_version as version,
       coalesce(case when json_typeof(r.state -> 'held') = 'array' then json_array_length(r.state -> 'held') end, 0) as held,
       (select count(*) from exchange_answer a where a.node = v.node and a.record = v.record
          and a.outcome = 'rejected' and json_array_length(a.problems) > 0)::int as problems,
       array(select a.business_key || ' ' || a.data_version from exchange_answer a
              where a.node = v.node and a.record = v.record and a.outcome = 'acknowledged') as keys
  from case_view v left join exchange_report r on r.node = v.node and r.record = v.record
 where v.status = 'closed'`;

/** I12: the province has every closed case, or the gateway's list says why not. */
export async function provinceFaults(gateway: Place, provinceUrl: string): Promise<Violation[]> {
  const closed = await reading(gateway.url, (query) => query<Closed>(closedSql));
  const received = await reading(provinceUrl, (query) =>
    query<{ key: string; number: string }>(
      `select business_key || ' ' || data_version as key, project_no as number from record
        where outcome = 'acknowledged'`,
    ),
  );
  const keys = new Set(received.map(({ key }) => key));
  const numbers = new Set(received.map(({ number }) => number));
  return closed.flatMap(({ record, number, stage, held, problems, keys: acknowledged }): Violation[] => {
    const name = `closed case ${number} (${record})`;
    const lost = acknowledged.filter((key) => !keys.has(key));
    if (lost.length > 0) return [{ invariant: 'I12', what: `${name}: the province does not have ${lost.join(', ')}` }];
    if (stage === 'acknowledged')
      return numbers.has(number) ? [] : [{ invariant: 'I12', what: `${name} is not at the province` }];
    if (stage === 'held' && held > 0) return [];
    if (stage === 'rejected' && problems > 0) return [];
    return [{ invariant: 'I12', what: `${name} is ${stage ?? 'not reported'} without a reason` }];
  });
}
