import { Controller, Inject } from '@nestjs/common';
import { agencySteps } from '@tongban/domain/casework';
import { isoInstant } from '@tongban/kernel';
import { Route, type Call } from '@tongban/platform/http';
import { listReadings, readAgency, readAgencyMonth, reportAgencyMonth } from '../usecase/agency.js';
import type { CaseworkTools } from '../usecase/context.js';
import * as routes from './agency-routes.js';
import { act, callerOf, CASEWORK, refusedBy } from './shared.js';

/** What agents do after the end, and what others may see of their work. */
@Controller()
export class AgencyController {
  constructor(@Inject(CASEWORK) private readonly tools: CaseworkTools) {}

  @Route(routes.callBack)
  callBack(call: Call<typeof routes.callBack>) {
    return act(this.tools, call, 'callBack', call.body);
  }

  @Route(routes.filing)
  fileAway(call: Call<typeof routes.filing>) {
    return act(this.tools, call, 'fileAway', call.body);
  }

  @Route(routes.agency)
  async agency({ node, params }: Call<typeof routes.agency>) {
    const read = await readAgency(this.tools, node, params.record);
    if (!read.ok) return refusedBy(read.refusal);
    return {
      steps: read.value.map(({ step, at }) => ({
        ...{ step, name: agencySteps[step] },
        at: at === null ? null : isoInstant(at),
      })),
    };
  }

  @Route(routes.readings)
  async readings({ node, role, person, params, query }: Call<typeof routes.readings>) {
    const read = await listReadings(this.tools, { node, role, person }, params.record, query.code);
    if (!read.ok) return refusedBy(read.refusal);
    return {
      readings: read.value.map(({ subject, role: readerRole, purpose, what, readAt }) => ({
        ...{ reader: subject, role: readerRole, purpose, what, readAt: isoInstant(readAt) },
      })),
    };
  }

  @Route(routes.agencyMonth)
  async agencyMonth({ node, params: { month } }: Call<typeof routes.agencyMonth>) {
    const agents = await readAgencyMonth(this.tools, node, month);
    return { month, agents: agents.map((each) => ({ ...each })) };
  }

  @Route(routes.agencyReport)
  async agencyReport(call: Call<typeof routes.agencyReport>) {
    const { month } = call.params;
    const reported = await reportAgencyMonth(this.tools, callerOf(call, 'agencyReport'), month);
    if (!reported.ok) return refusedBy(reported.refusal);
    return { month, reportedAt: isoInstant(reported.value.reportedAt), ...reported.value.figures };
  }
}
