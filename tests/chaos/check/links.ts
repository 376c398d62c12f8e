import { reading, type Place, type Violation } from './world.js';

interface Finding {
  readonly invariant: Violation['invariant'];
  readonly what: string;
}

/** What waits although everything is whole again, and what was put aside. All of it is told by plain SQL. */
const findingsSql = `
select 'I7' as invariant, 'link ' || node || ' → ' || peer || ' waits: ' || acked || ' of ' || last as what
  from link_out where acked < last
union all
select 'I7', 'request ' || id || ' of ' || node || ' on ' || record || ' (' || command_type || ') is still pending'
  from request where state = 'pending'
union all
select 'I7', 'request ' || id || ' waits at ' || node || ' for a recovery that is over' from deferred_request
union all
select 'I7', record || ' at ' || node || ' was offered to ' || offered_to || ', who has not taken it'
  from record where offered_to is not null
union all
select 'I6', 'quarantined at ' || node || ' from ' || peer || ' number ' || link_seq || ' (' || incarnation || '): '
         || code || ' ' || detail
  from quarantine
union all
select 'I1', 'numbers of link ' || node || ' → ' || peer || ' have a gap: ' || count(*) || ' of '
         || (max(seq) - min(seq) + 1)
  from outgoing group by node, peer having count(*) <> max(seq) - min(seq) + 1
union all
select 'I1', 'link ' || l.node || ' → ' || l.peer || ' counts to ' || l.last || ', its messages to ' || max(o.seq)
  from link_out l join outgoing o on o.node = l.node and o.peer = l.peer group by l.node, l.peer, l.last
having max(o.seq) <> l.last
union all
select 'I5', 'what is shown of ' || v.record || ' at ' || v.node || ' is not its newest entry'
  from case_view v join record r on r.node = v.node and r.record = v.record
 where r.seq <> v.seq or r.hash <> v.head_hash
union all
select 'I5', r.record || ' at ' || r.node || ' is not shown at all'
  from record r where r.record_class = 'case'
   and not exists (select from case_view v where v.node = r.node and v.record = r.record)`;

export const linkFindings = (place: Place): Promise<Violation[]> =>
  reading(place.url, (query) => query<Finding>(findingsSql));

interface Sent {
  readonly node: string;
  readonly peer: string;
  readonly last: string;
  readonly incarnation: string;
}

interface Applied {
  readonly node: string;
  readonly peer: string;
  readonly applied: string;
  readonly session: string | null;
}

/** Each link's two ends: the receiver has applied exactly what the sender has numbered. */
export async function linkEnds(places: readonly Place[]): Promise<Violation[]> {
  const sent: Sent[] = [];
  const applied = new Map<string, Applied>();
  for (const place of places) {
    await reading(place.url, async (query) => {
      sent.push(
        ...(await query<Sent>(
          `select l.node, l.peer, l.last::text, coalesce(nullif(l.incarnation, ''), i.id) as incarnation
             from link_out l cross join incarnation i`,
        )),
      );
      for (const row of await query<Applied>('select node, peer, applied::text, incarnation as session from link_in'))
        applied.set(`${row.peer} ${row.node}`, row);
    });
  }
  return sent.flatMap(({ node, peer, last, incarnation }): Violation[] => {
    const end = applied.get(`${node} ${peer}`);
    const session = (end?.session ?? '').split('/')[0];
    if (end?.applied === last && session === incarnation) return [];
    if (last === '0') return [];
    const said = end === undefined ? 'nothing' : `${end.applied} in ${end.session}`;
    return [{ invariant: 'I2', what: `${node} sent ${peer} ${last} in ${incarnation}, and it has applied ${said}` }];
  });
}
