import { Controller, Inject } from '@nestjs/common';
import { caseCommandSchemas } from '@tongban/domain/casework';
import { defineRoute, Route, type Call } from '@tongban/platform/http';
import { z } from 'zod';
import { actOnCase, type ActionFields, type ActionType } from '../usecase/act-on-case.js';
import type { CaseworkTools } from '../usecase/context.js';
import { callerOf, CASEWORK, commandAnswer, commandRefusals, commandResponse, recordParam } from './shared.js';

const occurredAt = z.iso.datetime().optional().meta({ description: '离线办理时的实际办理时间' });
const base = {
  method: 'POST',
  command: true,
  ifMatch: 'optional',
  params: recordParam,
  response: commandResponse,
} as const;
const s = caseCommandSchemas;
const onCase = [...commandRefusals, 'case.unknown', 'case.state', 'case.closed', 'case.handing-over'] as const;

const acceptance = defineRoute({
  ...base,
  path: '/nodes/{node}/cases/{record}/acceptance',
  operationId: 'acceptCase',
  summary: '受理',
  roles: ['clerk'],
  division: 'own',
  body: s.accept.omit({ type: true, sequence: true, catalogue: true }).extend({ occurredAt }),
  refusals: [...onCase, 'case.power', 'case.material-missing', 'item.version-not-held', 'mandate.revoked'],
});
const nonAcceptance = defineRoute({
  ...base,
  path: '/nodes/{node}/cases/{record}/non-acceptance',
  operationId: 'refuseAcceptance',
  summary: '不予受理',
  roles: ['clerk'],
  division: 'own',
  body: s.notAccept.omit({ type: true, sequence: true }).extend({ occurredAt }),
  refusals: [...onCase, 'case.power', 'case.reason-required', 'case.deemed-accepted'],
});
const supplementRequest = defineRoute({
  ...base,
  path: '/nodes/{node}/cases/{record}/supplement-request',
  operationId: 'requestSupplement',
  summary: '一次性告知补正',
  roles: ['clerk'],
  division: 'own',
  body: s.requestSupplement.omit({ type: true, sequence: true, catalogue: true }).extend({ occurredAt }),
  refusals: [...onCase, 'case.power', 'case.material-unknown', 'case.deemed-accepted'],
});
const supplement = defineRoute({
  ...base,
  path: '/nodes/{node}/cases/{record}/supplement',
  operationId: 'supplementCase',
  summary: '补正材料',
  roles: ['agent', 'clerk', 'resident'],
  division: 'any',
  body: s.supplement.omit({ type: true }).extend({ occurredAt }),
  refusals: [...onCase, 'case.material-unknown', 'attachment.unknown', 'mandate.required'],
});
const handOver = defineRoute({
  ...base,
  path: '/nodes/{node}/cases/{record}/hand-over',
  operationId: 'handOverCase',
  summary: '移交',
  roles: ['clerk', 'approver'],
  division: 'own',
  body: s.handOver.omit({ type: true }).extend({ occurredAt }),
  refusals: [...onCase, 'case.power', 'case.not-owner'],
});
const decision = defineRoute({
  ...base,
  path: '/nodes/{node}/cases/{record}/decision',
  operationId: 'decideCase',
  summary: '作出决定',
  roles: ['approver'],
  division: 'own',
  body: s.decide.omit({ type: true, sequence: true }).extend({ occurredAt }),
  refusals: [...onCase, 'case.power', 'case.reason-required', 'case.same-person'],
});
const certificate = defineRoute({
  ...base,
  path: '/nodes/{node}/cases/{record}/certificate',
  operationId: 'certifyCase',
  summary: '制证',
  roles: ['clerk', 'approver'],
  division: 'own',
  body: s.certify.omit({ type: true, sequence: true }).extend({ occurredAt }),
  refusals: [...onCase, 'case.power'],
});
const delivery = defineRoute({
  ...base,
  path: '/nodes/{node}/cases/{record}/delivery',
  operationId: 'deliverResult',
  summary: '送达',
  roles: ['agent', 'clerk'],
  division: 'own',
  body: s.deliver.omit({ type: true }).extend({ occurredAt }),
  refusals: [...onCase, 'case.delivered', 'jurisdiction.not-party'],
});
const rating = defineRoute({
  ...base,
  path: '/nodes/{node}/cases/{record}/rating',
  operationId: 'rateCase',
  summary: '评价（一事一评）',
  roles: ['resident'],
  division: 'any',
  body: s.rate.omit({ type: true }).extend({ occurredAt }),
  refusals: [...onCase, 'case.rated', 'jurisdiction.not-party'],
});
const withdrawal = defineRoute({
  ...base,
  path: '/nodes/{node}/cases/{record}/withdrawal',
  operationId: 'withdrawCase',
  summary: '撤回申请',
  roles: ['agent', 'resident'],
  division: 'any',
  body: s.withdraw.omit({ type: true }).extend({ occurredAt }),
  refusals: [...onCase, 'mandate.required', 'jurisdiction.not-party'],
});
const correction = defineRoute({
  ...base,
  path: '/nodes/{node}/cases/{record}/correction',
  operationId: 'correctCase',
  summary: '更正上报数据',
  roles: ['clerk'],
  division: 'own',
  body: s.correct.omit({ type: true }).extend({ occurredAt }),
  refusals: [...onCase, 'case.nothing-to-correct'],
});

type ActionRoute =
  | typeof acceptance
  | typeof nonAcceptance
  | typeof supplementRequest
  | typeof supplement
  | typeof handOver
  | typeof decision
  | typeof certificate
  | typeof delivery
  | typeof rating
  | typeof withdrawal
  | typeof correction;

/** The acts on a case: each a permission (the route) and one call. */
@Controller()
export class ActionController {
  constructor(@Inject(CASEWORK) private readonly tools: CaseworkTools) {}

  @Route(acceptance)
  accept(call: Call<typeof acceptance>) {
    return act(this.tools, call, 'accept', call.body);
  }

  @Route(nonAcceptance)
  notAccept(call: Call<typeof nonAcceptance>) {
    return act(this.tools, call, 'notAccept', call.body);
  }

  @Route(supplementRequest)
  requestSupplement(call: Call<typeof supplementRequest>) {
    return act(this.tools, call, 'requestSupplement', call.body);
  }

  @Route(supplement)
  supplement(call: Call<typeof supplement>) {
    return act(this.tools, call, 'supplement', call.body);
  }

  @Route(handOver)
  handOver(call: Call<typeof handOver>) {
    return act(this.tools, call, 'handOver', call.body);
  }

  @Route(decision)
  decide(call: Call<typeof decision>) {
    return act(this.tools, call, 'decide', call.body);
  }

  @Route(certificate)
  certify(call: Call<typeof certificate>) {
    return act(this.tools, call, 'certify', call.body);
  }

  @Route(delivery)
  deliver(call: Call<typeof delivery>) {
    return act(this.tools, call, 'deliver', call.body);
  }

  @Route(rating)
  rate(call: Call<typeof rating>) {
    return act(this.tools, call, 'rate', call.body);
  }

  @Route(withdrawal)
  withdraw(call: Call<typeof withdrawal>) {
    return act(this.tools, call, 'withdraw', call.body);
  }

  @Route(correction)
  correct(call: Call<typeof correction>) {
    return act(this.tools, call, 'correct', call.body);
  }
}

async function act<T extends ActionType>(
  tools: CaseworkTools,
  call: Call<ActionRoute>,
  type: T,
  fields: ActionFields<T>,
) {
  return commandAnswer(await actOnCase(tools, callerOf(call, type), call.params.record, type, fields, call.ifMatch));
}
