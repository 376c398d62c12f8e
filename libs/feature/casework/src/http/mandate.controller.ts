import { policy } from '@tongban/domain/policy';
import { Controller, Inject } from '@nestjs/common';
import { revocationReasons } from '@tongban/domain/mandate';
import { isoInstant, refuse } from '@tongban/kernel';
import { answer, defineRoute, Route, type Call } from '@tongban/platform/http';
import { z } from 'zod';
import { findMandate } from '../store/mandate-store.js';
import type { CaseworkTools } from '../usecase/context.js';
import { grantMandate, grantSchema, openEvidence, revokeMandate } from '../usecase/mandates.js';
import {
  callerOf,
  CASEWORK,
  commandAnswer,
  commandRefusals,
  commandResponse,
  recordParam,
  refusedBy,
} from './shared.js';
import { purpose } from './case-routes.js';

const grant = defineRoute({
  method: 'POST',
  path: '/nodes/{node}/mandates',
  operationId: 'grantMandate',
  summary: '登记委托授权',
  ...policy.grantMandate,
  command: true,
  body: grantSchema,
  response: commandResponse,
  refusals: [...commandRefusals, 'mandate.invalid', 'attachment.unknown'],
});
const revoke = defineRoute({
  method: 'POST',
  path: '/nodes/{node}/mandates/{record}/revocation',
  operationId: 'revokeMandate',
  summary: '撤销委托',
  ...policy.revokeMandate,
  command: true,
  params: recordParam,
  body: z.strictObject({
    reasonCode: z.enum(Object.keys(revocationReasons) as [keyof typeof revocationReasons]),
    /** The resident's own number, compared with the principal's. */
    identityNumber: z.string().max(64).optional(),
  }),
  response: commandResponse,
  refusals: [
    ...commandRefusals,
    'mandate.unknown',
    'mandate.revoked',
    'mandate.other-principal',
    'mandate.other-agent',
  ],
});
const one = defineRoute({
  method: 'GET',
  path: '/nodes/{node}/mandates/{record}',
  operationId: 'getMandate',
  summary: '委托授权',
  ...policy.getMandate,
  params: recordParam,
  response: z.object({
    record: z.uuid(),
    items: z.array(z.string()),
    powers: z.array(z.string()),
    from: z.string(),
    until: z.string(),
    witnessed: z.boolean(),
    grantedAt: z.iso.datetime(),
    revokedOn: z.string().nullable(),
    seq: z.int(),
    headHash: z.string(),
  }),
  refusals: ['mandate.unknown'],
});

const evidence = defineRoute({
  method: 'GET',
  path: '/nodes/{node}/mandates/{record}/evidence',
  operationId: 'openMandateEvidence',
  audited: true,
  summary: '查看委托书原件（留痕）',
  ...policy.openMandateEvidence,
  params: recordParam,
  query: purpose,
  response: 'bytes',
  refusals: [
    ...(['mandate.unknown', 'mandate.other-agent', 'mandate.no-document'] as const),
    ...(['attachment.unknown', 'attachment.not-here', 'dossier.not-recipient', 'dossier.erased'] as const),
  ],
});

@Controller()
export class MandateController {
  constructor(@Inject(CASEWORK) private readonly tools: CaseworkTools) {}

  @Route(grant)
  async grant(call: Call<typeof grant>) {
    return commandAnswer(await grantMandate(this.tools, callerOf(call, 'grant'), call.body));
  }

  @Route(revoke)
  async revoke(call: Call<typeof revoke>) {
    const { reasonCode, identityNumber } = call.body;
    const caller = callerOf(call, 'revoke');
    return commandAnswer(await revokeMandate(this.tools, caller, call.params.record, reasonCode, identityNumber));
  }

  @Route(evidence)
  async evidence({ node, role, person, params, query }: Call<typeof evidence>) {
    const reader = { node, role, subject: person.subject, purpose: query.purpose };
    const opened = await openEvidence(this.tools, reader, params.record);
    if (!opened.ok) return refusedBy(opened.refusal);
    const { bytes, mediaType } = opened.value;
    return answer(200, bytes, { headers: { 'content-type': mediaType, 'content-disposition': 'attachment' } });
  }

  @Route(one)
  async one({ node, params }: Call<typeof one>) {
    const found = await this.tools.transactor.run((sql) => findMandate(sql, node, params.record));
    if (found === undefined) return refuse('mandate.unknown', '本级没有这份委托');
    const { state, seq, headHash } = found;
    const body = {
      record: params.record,
      items: [...state.items],
      powers: [...state.powers],
      from: state.from,
      until: state.until,
      witnessed: state.witnessed,
      grantedAt: isoInstant(state.grantedAt),
      revokedOn: state.revoked?.on ?? null,
      seq,
      headHash,
    };
    return answer(200, body, { etag: seq });
  }
}
