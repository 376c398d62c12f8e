import { addDays, localDate, startOfLocalDate } from '@tongban/domain/calendar';
import { agencyProgress, hashQueryCode, type AgencyProgress } from '@tongban/domain/casework';
import { covers } from '@tongban/domain/mandate';
import { isWithin, ok, prefixOf, refuse, type NodeCode, type Result, type Uuid } from '@tongban/kernel';
import { principalPurpose } from '../case-binding.js';
import {
  findAgencyReport,
  insertAgencyReport,
  readAgentMonths,
  readReadings,
  type AgencyFigures,
  type AgentMonth,
  type Reading,
} from '../store/agency-store.js';
import { findCase } from '../store/case-store.js';
import { findMandate } from '../store/mandate-store.js';
import { type Caller, type CaseworkTools } from './context.js';

/** Instants between which a month (`YYYY-MM`) lies, the second one not included. */
function monthSpan(month: string): { readonly from: number; readonly to: number } {
  const first = `${month}-01`;
  // No month has more than 31 days, and none ends on the same day of the next.
  const next = `${addDays(first, 31).slice(0, 7)}-01`;
  return { from: startOfLocalDate(first), to: startOfLocalDate(next) };
}

/** The seven steps of an entrusted case. Refusals: case.unknown, case.not-entrusted. */
export async function readAgency(
  tools: CaseworkTools,
  node: NodeCode,
  record: Uuid,
): Promise<Result<AgencyProgress[]>> {
  return tools.transactor.run(async (sql) => {
    const held = await findCase(sql, node, record);
    if (held === undefined) return refuse('case.unknown', '本级没有这个办件');
    const { state } = held;
    const agent = state.handlers.submitted?.subject;
    if (state.mandate === null || agent === undefined) return refuse('case.not-entrusted', '该件不是代办件');
    const mandate = await findMandate(sql, node, state.mandate);
    const month = localDate(state.submittedAt).slice(0, 7);
    const report = await findAgencyReport(sql, node, agent, month);
    const times = { grantedAt: mandate?.state.grantedAt ?? null, reportedAt: report?.reportedAt ?? null };
    return ok(agencyProgress(state, times));
  });
}

/**
 * Who opened the papers of a case at this node. A supervisor within the division; the resident who applied, or for whom
 * somebody applied and who has the query code. Refusals: case.unknown, jurisdiction.division, jurisdiction.not-party.
 */
export async function listReadings(
  tools: CaseworkTools,
  { node, role, person }: Pick<Caller, 'node' | 'role' | 'person'>,
  record: Uuid,
  queryCode: string | undefined,
): Promise<Result<Reading[]>> {
  return tools.transactor.run(async (sql) => {
    const isAbove = person.division !== undefined && isWithin(node, person.division);
    if (role !== 'resident' && !isAbove) return refuse('jurisdiction.division', '不在本人所属区划的权限范围内');
    const held = await findCase(sql, node, record);
    if (held === undefined) return refuse('case.unknown', '本级没有这个办件');
    const { handlers, number, queryCodeHash } = held.state;
    const isTold = queryCode !== undefined && hashQueryCode(number, queryCode) === queryCodeHash;
    const isApplicant = handlers.submitted?.role === 'resident' && handlers.submitted.subject === person.subject;
    if (role === 'resident' && !isTold && !isApplicant)
      return refuse('jurisdiction.not-party', '本人不是该件的申请人，或查询码不正确');
    return ok(await readReadings(tools.sealer, sql, node, record));
  });
}

export const readAgencyMonth = (tools: CaseworkTools, node: NodeCode, month: string): Promise<AgentMonth[]> =>
  tools.transactor.run((sql) => readAgentMonths(sql, node, prefixOf(node), monthSpan(month)));

const nothing: AgencyFigures = {
  ...{ submitted: 0, accepted: 0, closed: 0, approved: 0, delivered: 0 },
  ...{ filed: 0, calledBack: 0, satisfied: 0, principals: 0 },
};

/** The agent's own month, kept as it stands once the month is over. Refusal: case.not-due. */
export async function reportAgencyMonth(
  tools: CaseworkTools,
  caller: Caller,
  month: string,
): Promise<Result<{ readonly reportedAt: number; readonly figures: AgencyFigures }>> {
  const now = tools.clock.now();
  const span = monthSpan(month);
  if (now < span.to) return refuse('case.not-due', '当月结束后方可上报月报', { month });
  const { node, person } = caller;
  return tools.transactor.run(async (sql) => {
    const [own] = await readAgentMonths(sql, node, prefixOf(node), span, person.subject);
    const { agent: _agent, node: _node, ...figures } = own ?? { ...nothing, agent: '', node };
    await insertAgencyReport(sql, node, { agent: person.subject, month, at: now, figures });
    // Reported before: what was said then stands.
    return ok((await findAgencyReport(sql, node, person.subject, month))!);
  });
}

/** That the agent may ask for the papers of a person: only with that person's mandate to apply for the item. */
export async function checkEntrusted(
  tools: CaseworkTools,
  { node, person }: Pick<Caller, 'node' | 'person'>,
  {
    mandate,
    item,
    identityNumber,
  }: { readonly mandate: string | undefined; readonly item: string; readonly identityNumber: string },
): Promise<Result<void>> {
  if (mandate === undefined) return refuse('mandate.required', '代办须提供申请人的委托授权');
  const held = await tools.transactor.run((sql) => findMandate(sql, node, mandate));
  return covers(held?.state, {
    ...{ item, power: 'submit', agentSubject: person.subject },
    principalRef: tools.secrets.hmac(node, principalPurpose, identityNumber),
    on: localDate(tools.clock.now()),
  });
}
