import { policy } from '@tongban/domain/policy';
import { Controller, Inject } from '@nestjs/common';
import { localDate } from '@tongban/domain/calendar';
import { ok } from '@tongban/kernel';
import { answer, defineRoute, Route, type Call, type Outcome } from '@tongban/platform/http';
import { agentsPage } from '../page/agents-page.js';
import { pagePolicy } from '../page/style.js';
import type { GuideOptions } from '../ports.js';
import { guideTokens } from '../tokens.js';

const showAgents = defineRoute({
  method: 'GET',
  path: '/nodes/{node}/agents/page',
  operationId: 'showAgentsPage',
  summary: '代办员公示（网页）：人员、电话、地点和事项，无须登录',
  ...policy.showAgentsPage,
  response: 'bytes',
  refusals: [],
});

@Controller()
export class AgentsPageController {
  constructor(@Inject(guideTokens.options) private readonly options: GuideOptions) {}

  /** Those of the node and below; an item that is no longer offered is left out. */
  @Route(showAgents)
  show({ node }: Call<typeof showAgents>): Outcome<typeof showAgents> {
    const { catalogue, clock, placeName } = this.options;
    const on = localDate(clock.now());
    const posted = catalogue.agentsOf(node, on).map(({ items, node: station, ...agent }) => ({
      ...agent,
      placeName: placeName(station),
      items: items.flatMap((code) => {
        const item = catalogue.findItem(station, code, on);
        return item.ok ? [{ code, name: item.value.name }] : [];
      }),
    }));
    const headers = { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': pagePolicy };
    return ok(answer(200, Buffer.from(agentsPage(posted, placeName(node), on)), { headers }));
  }
}
