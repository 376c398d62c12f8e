import { reading, type Place } from './world.js';

/** What is still under way in one database. */
const unrestSql = `
select 'link ' || node || ' → ' || peer || ': ' || acked || ' of ' || last as what from link_out where acked < last
union all
select 'request ' || id || ' of ' || node from request where state = 'pending'
union all
select 'deferred ' || id || ' at ' || node from deferred_request
union all
select 'offer of ' || record || ' at ' || node || ' to ' || offered_to from record where offered_to is not null
union all
select 'link ' || l.node || ' ← ' || l.peer || ' has not caught up' from link_in l cross join incarnation i
 where i.restored and l.caught_up_in <> i.id`;

const reportsUnrestSql = `
select 'report of ' || record || ' is ' || stage as what from exchange_report
 where stage in ('pending', 'sent') or (stage = 'idle' and closed)
union all
select 'report of ' || record || ' is ' || state from exchange_note where state in ('waiting', 'requested')
union all
select 'closed case ' || record || ' has no report' from case_view v where status = 'closed'
   and not exists (select from exchange_report r where r.node = v.node and r.record = v.record)`;

const headsSql = `
select encode(sha256(convert_to(coalesce(string_agg(node || record || seq, ',' order by node, record), ''), 'UTF8')), 'hex')
  as mark from record`;

export interface Standing {
  /** What waits, in words. */
  readonly unrest: readonly string[];
  /** Changes whenever any record anywhere does. */
  readonly mark: string;
}

export async function standingOf(places: readonly Place[], gateway: Place): Promise<Standing> {
  const unrest: string[] = [];
  const marks: string[] = [];
  for (const place of places) {
    await reading(place.url, async (query) => {
      const rows = await query<{ what: string }>(unrestSql);
      unrest.push(...rows.map(({ what }) => `${place.name}: ${what}`));
      if (place === gateway)
        for (const { what } of await query<{ what: string }>(reportsUnrestSql)) unrest.push(`${place.name}: ${what}`);
      marks.push((await query<{ mark: string }>(headsSql))[0]!.mark);
    });
  }
  return { unrest, mark: marks.join(' ') };
}
