import { Controller, Inject } from '@nestjs/common';
import { describeProgress, hashQueryCode, parseCaseNumber, permittedCommands } from '@tongban/domain/casework';
import { isoInstant, refuse } from '@tongban/kernel';
import { encodeCursor, Route, type Call } from '@tongban/platform/http';
import { findCaseByNumber, listOwnCases, type CaseRow } from '../store/case-store.js';
import { actOnCase } from '../usecase/act-on-case.js';
import { readOnce, type Caller, type CaseworkTools } from '../usecase/context.js';
import { own, rateByCode } from './resident-routes.js';
import { callerOf, CASEWORK, commandAnswer } from './shared.js';

/** Somebody without a login is a resident of whom nothing is known: number and query code speak for them. */
const publicPerson: Caller['person'] = { subject: 'public' };

/** What residents do with their own cases, beside the acts that others have too. */
@Controller()
export class ResidentController {
  constructor(@Inject(CASEWORK) private readonly tools: CaseworkTools) {}

  @Route(own)
  async own({ node, person, query: { cursor, limit } }: Call<typeof own>) {
    const rows = await readOnce(this.tools, (sql) => listOwnCases(sql, node, person.subject, cursor, limit + 1));
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    const more = rows.length > page.length && last !== undefined;
    const next = more ? encodeCursor({ at: isoInstant(last.state.submittedAt), record: last.record }) : null;
    return { cases: page.map((row) => ownCaseOf(this.tools, row, person.subject)), next };
  }

  @Route(rateByCode)
  async rate(call: Call<typeof rateByCode>) {
    const { code } = call.body;
    const { number } = call.params;
    const refused = refuse('case.query-code', '办件编号与查询码不符');
    if (!parseCaseNumber(number).ok) return refused;
    const held = await readOnce(this.tools, (sql) => findCaseByNumber(sql, number));
    if (held === undefined || hashQueryCode(number, code) !== held.state.queryCodeHash) return refused;
    const { key, traceparent, params, body } = call;
    const asked = { node: held.node, key, traceparent, params, body, role: 'resident' as const, person: publicPerson };
    const caller = callerOf(asked, 'rateByCode');
    return commandAnswer(await actOnCase(this.tools, caller, held.record, 'rate', call.body));
  }
}

function ownCaseOf({ calendar, clock }: CaseworkTools, { record, state, seq }: CaseRow, subject: string) {
  const { number, status, statusCode, text, steps, canRate } = describeProgress(state);
  const { code, version, name } = state.item;
  // Wherever the case is: what the owner permits is asked of it by the node that the resident uses.
  const permitted = permittedCommands(state, [{ subject, role: 'resident', division: state.owner }], {
    ...{ calendar, now: clock.now() },
    // What the item asks for is the office's to know; none of a resident's acts turns on it.
    ...{ department: undefined, catalogue: undefined },
  });
  return {
    ...{ record, number, item: { code, version, name }, status, statusCode, seq, text, canRate },
    submittedAt: isoInstant(state.submittedAt),
    steps: steps.map((step) => ({ ...step })),
    missing: state.status === 'supplementing' ? [...(state.supplements.at(-1)?.materials ?? [])] : [],
    canSupplement: permitted.includes('supplement'),
    canWithdraw: permitted.includes('withdraw'),
  };
}
