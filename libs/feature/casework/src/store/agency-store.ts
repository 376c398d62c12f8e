import type { Sealer, Sql } from '@tongban/journal';
import type { NodeCode, Role, Uuid } from '@tongban/kernel';

/** What an agent did in a month for those who entrusted it. */
export interface AgencyFigures {
  readonly submitted: number;
  readonly accepted: number;
  readonly closed: number;
  readonly approved: number;
  readonly delivered: number;
  readonly filed: number;
  readonly calledBack: number;
  readonly satisfied: number;
  /** People who entrusted something, each once. */
  readonly principals: number;
}

export interface AgentMonth extends AgencyFigures {
  readonly agent: string;
  /** The node where the agent takes in. */
  readonly node: NodeCode;
}

/** Agents that one report lists; a township has some dozens. */
export const maxAgentsPerReport = 2_000;

const iso = (at: number): string => new Date(at).toISOString();

/** By agent, over the entrusted cases submitted from `from` up to `to` within the division that the prefix names. */
export async function readAgentMonths(
  sql: Sql,
  node: NodeCode,
  prefix: string,
  { from, to }: { readonly from: number; readonly to: number },
  agent?: string,
): Promise<AgentMonth[]> {
  return sql.query<AgentMonth>(
    `select held.state -> 'handlers' -> 'submitted' ->> 'subject' as agent, held.state ->> 'intake' as node,
            count(*)::int as submitted,
            count(*) filter (where held.state ->> 'acceptedAt' is not null)::int as accepted,
            count(*) filter (where held.status = 'closed')::int as closed,
            count(*) filter (where held.closing in ('certified', 'approved'))::int as approved,
            count(*) filter (where held.state ->> 'delivered' is not null)::int as delivered,
            count(*) filter (where held.state ->> 'filed' is not null)::int as filed,
            count(*) filter (where held.state ->> 'calledBack' is not null)::int as "calledBack",
            count(*) filter (where held.state -> 'calledBack' ->> 'outcome' = 'satisfied')::int as satisfied,
            count(distinct mandate.principal_ref)::int as principals
       from case_view held
       left join mandate_view mandate on mandate.node = held.node and mandate.record = (held.state ->> 'mandate')::uuid
      where held.node = $1 and (held.state ->> 'mandate') is not null and held.state ->> 'intake' like $2 || '%'
        and held.submitted_at >= $3 and held.submitted_at < $4
        and ($5::text is null or held.state -> 'handlers' -> 'submitted' ->> 'subject' = $5)
      group by 1, 2 order by 2, 1 limit $6`,
    [node, prefix, iso(from), iso(to), agent ?? null, maxAgentsPerReport],
  );
}

/** Kept as it stood; a second report of the month leaves the first as it is. */
export async function insertAgencyReport(
  sql: Sql,
  node: NodeCode,
  report: { readonly agent: string; readonly month: string; readonly at: number; readonly figures: AgencyFigures },
): Promise<void> {
  await sql.query(
    `insert into agency_report (node, agent_subject, month, reported_at, figures) values ($1, $2, $3, $4, $5::json)
     on conflict on constraint agency_report_pk do nothing`,
    [node, report.agent, report.month, iso(report.at), JSON.stringify(report.figures)],
  );
}

export async function findAgencyReport(
  sql: Sql,
  node: NodeCode,
  agent: string,
  month: string,
): Promise<{ readonly reportedAt: number; readonly figures: AgencyFigures } | undefined> {
  const [row] = await sql.query<{ reported_at: Date; figures: AgencyFigures }>(
    'select reported_at, figures from agency_report where node = $1 and agent_subject = $2 and month = $3',
    [node, agent, month],
  );
  return row === undefined ? undefined : { reportedAt: row.reported_at.getTime(), figures: row.figures };
}

export interface Reading {
  readonly subject: string;
  readonly role: Role;
  readonly purpose: string;
  readonly what: string;
  readonly readAt: number;
}
/** Readings of one case that one answer lists, newest first. */
export const maxReadingsListed = 500;

/** Who opened the sealed part of a case at this node, when and what for. */
export async function readReadings(
  { texts }: Pick<Sealer, 'texts'>,
  sql: Sql,
  node: NodeCode,
  record: Uuid,
): Promise<Reading[]> {
  const rows = await sql.query<Omit<Reading, 'readAt'> & { readonly read_at: Date }>(
    `select subject, role, purpose, what, read_at from dossier_read
      where node = $1 and record = $2 order by id desc limit $3`,
    [node, record, maxReadingsListed],
  );
  const readings: Reading[] = [];
  for (const { read_at, purpose, ...reading } of rows) {
    const opened = await texts.open(sql, node, `dossier_read ${record}`, purpose);
    readings.push({ ...reading, purpose: opened, readAt: read_at.getTime() });
  }
  return readings;
}

/** An open case in which the agent acts against somebody, or a mandate by which the agent acts for that person. */
export async function insertOpposing(
  sql: Sql,
  node: NodeCode,
  record: Uuid,
  parties: readonly string[],
): Promise<void> {
  await sql.query(
    `insert into opposing_party (node, record, party_ref) select $1, $2, unnest($3::text[])
     on conflict on constraint opposing_party_pk do nothing`,
    [node, record, [...parties]],
  );
}

/** True when the agent holds a mandate of one of the persons that covers the day. */
export async function isAgentOf(
  sql: Sql,
  node: NodeCode,
  agent: string,
  principals: readonly string[],
  on: string,
): Promise<boolean> {
  const rows = await sql.query(
    `select 1 from mandate_view
      where node = $1 and agent_subject = $2 and principal_ref = any($3) and state ->> 'until' >= $4
        and (state ->> 'revoked' is null or state -> 'revoked' ->> 'on' > $4) limit 1`,
    [node, agent, [...principals], on],
  );
  return rows.length > 0;
}

/** True when an open case that the agent submitted is against the person. */
export async function actsAgainst(sql: Sql, node: NodeCode, agent: string, person: string): Promise<boolean> {
  const rows = await sql.query(
    `select 1 from opposing_party party join case_view held on held.node = party.node and held.record = party.record
      where party.node = $1 and party.party_ref = $2 and held.status <> 'closed'
        and held.state -> 'handlers' -> 'submitted' ->> 'subject' = $3 limit 1`,
    [node, person, agent],
  );
  return rows.length > 0;
}
