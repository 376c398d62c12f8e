import { policy } from '@tongban/domain/policy';
import { Controller, Inject } from '@nestjs/common';
import { localDate } from '@tongban/domain/calendar';
import { ok, type Clock } from '@tongban/kernel';
import { answer, defineRoute, Route, type Call, type Outcome } from '@tongban/platform/http';
import type { CatalogueView } from '../catalogue-view.js';
import { catalogueTokens } from '../tokens.js';
import type { RevokeDelegation } from '../usecase/revoke-delegation.js';
import { authorityAnswer, listedDelegation } from './delegation-answers.js';
import {
  authoritySchema,
  delegationParamsSchema,
  delegationsSchema,
  revocationBodySchema,
  revokedSchema,
} from './delegation-schemas.js';
import { itemParamsSchema } from './schemas.js';

const getAuthority = defineRoute({
  method: 'GET',
  path: '/nodes/{node}/items/{code}/authority',
  operationId: 'getAuthority',
  summary: '本级对事项现在能办到哪一步，其余由谁办；只用本级的数据回答',
  ...policy.getAuthority,
  params: itemParamsSchema,
  response: authoritySchema,
  refusals: ['item.unknown', 'item.not-published', 'delegation.intake-above'],
});
const listDelegations = defineRoute({
  method: 'GET',
  path: '/nodes/{node}/delegations',
  operationId: 'listDelegations',
  summary: '本级现行的授权：授出的和受权的',
  ...policy.listDelegations,
  response: delegationsSchema,
  refusals: [],
});
const revokeDelegation = defineRoute({
  method: 'POST',
  path: '/nodes/{node}/delegations/{id}/revocation',
  operationId: 'revokeDelegation',
  summary: '撤销本级发布的授权，并规定在办件如何处理',
  ...policy.revokeDelegation,
  command: true,
  params: delegationParamsSchema,
  body: revocationBodySchema,
  response: { 201: revokedSchema },
  refusals: ['delegation.unknown', 'delegation.revoked', 'delegation.invalid', 'request.key-reused'],
});

@Controller()
export class DelegationController {
  constructor(
    @Inject(catalogueTokens.view) private readonly view: CatalogueView,
    @Inject(catalogueTokens.revoke) private readonly revoking: RevokeDelegation,
    @Inject(catalogueTokens.clock) private readonly clock: Clock,
  ) {}

  @Route(getAuthority)
  authority({ node, params }: Call<typeof getAuthority>): Outcome<typeof getAuthority> {
    const on = localDate(this.clock.now());
    const found = this.view.authority(node, params.code, on);
    return found.ok ? ok(authorityAnswer(node, found.value.item, found.value.authority, on)) : found;
  }

  @Route(listDelegations)
  list({ node }: Call<typeof listDelegations>): Outcome<typeof listDelegations> {
    const { given, received } = this.view.delegationsAt(node, localDate(this.clock.now()));
    return { given: given.map(listedDelegation), received: received.map(listedDelegation) };
  }

  @Route(revokeDelegation)
  async revoke(call: Call<typeof revokeDelegation>): Promise<Outcome<typeof revokeDelegation>> {
    const { node, person, role, key, traceparent, params, body } = call;
    const actor = { subject: person.subject, role, division: node };
    const { revokedOn, ...revocation } = body;
    const input = { node, actor, key, traceparent, delegation: params.id, revokedOn, revocation };
    const done = await this.revoking.revoke(input);
    if (!done.ok) return done;
    const { dependents, cases, ...rest } = done.value;
    return answer(201, {
      ...rest,
      dependents: dependents.map((use) => ({ ...use, powers: [...use.powers] })),
      cases: [...cases],
    });
  }
}
