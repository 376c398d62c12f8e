import { policy } from '@tongban/domain/policy';
import { Controller, Inject } from '@nestjs/common';
import { localDate } from '@tongban/domain/calendar';
import { ok, type Clock } from '@tongban/kernel';
import { defineRoute, encodeCursor, Route, type Call, type Outcome } from '@tongban/platform/http';
import type { CatalogueView } from '../catalogue-view.js';
import { catalogueTokens } from '../tokens.js';
import { upstreamChanges } from '../usecase/upstream.js';
import { agencyAnswer, agentsAnswer, elementsAnswer, provenanceAnswer, stationingAnswer } from './layer-answers.js';
import {
  agencyQuerySchema,
  agencySchema,
  agentsSchema,
  elementsSchema,
  provenanceSchema,
  stationingReportSchema,
  upstreamSchema,
} from './layer-schemas.js';
import { itemParamsSchema } from './schemas.js';

const open = { method: 'GET' } as const;

const listElements = defineRoute({
  ...open,
  path: '/item-elements',
  operationId: 'listItemElements',
  ...policy.listItemElements,
  summary: '事项的全部要素及其标准出处，供生成编制表单',
  response: elementsSchema,
  refusals: [],
});
const getProvenance = defineRoute({
  ...open,
  path: '/nodes/{node}/items/{code}/provenance',
  operationId: 'getItemProvenance',
  ...policy.getItemProvenance,
  summary: '事项各要素的取值出自国家、省、市还是本级',
  params: itemParamsSchema,
  response: provenanceSchema,
  refusals: ['item.unknown', 'item.not-published'],
});
const listUpstreamChanges = defineRoute({
  method: 'GET',
  path: '/nodes/{node}/upstream-changes',
  operationId: 'listUpstreamChanges',
  summary: '上级修订后，本级须复核的目录内容',
  ...policy.listUpstreamChanges,
  response: upstreamSchema,
  refusals: [],
});
const listStationing = defineRoute({
  ...open,
  path: '/nodes/{node}/stationing',
  operationId: 'listStationing',
  ...policy.listStationing,
  summary: '各部门事项进驻本级大厅的情况和比率',
  response: stationingReportSchema,
  refusals: [],
});
const listAgents = defineRoute({
  ...open,
  path: '/nodes/{node}/agents',
  operationId: 'listAgents',
  ...policy.listAgents,
  summary: '本级及下级的代办员：事项、地点、电话',
  response: agentsSchema,
  refusals: [],
});
const listAgencyItems = defineRoute({
  ...open,
  path: '/nodes/{node}/agency-items',
  operationId: 'listAgencyItems',
  ...policy.listAgencyItems,
  summary: '本级的代办目录',
  query: agencyQuerySchema,
  response: agencySchema,
  refusals: [],
});

@Controller()
export class LayerController {
  constructor(
    @Inject(catalogueTokens.view) private readonly view: CatalogueView,
    @Inject(catalogueTokens.clock) private readonly clock: Clock,
  ) {}

  @Route(listElements)
  elements(_call: Call<typeof listElements>): Outcome<typeof listElements> {
    return elementsAnswer();
  }

  @Route(getProvenance)
  provenance({ node, params }: Call<typeof getProvenance>): Outcome<typeof getProvenance> {
    const layers = this.view.layersOf(node, params.code, localDate(this.clock.now()));
    return layers.ok ? ok(provenanceAnswer(layers.value)) : layers;
  }

  @Route(listUpstreamChanges)
  upstream({ node }: Call<typeof listUpstreamChanges>): Outcome<typeof listUpstreamChanges> {
    return upstreamChanges(this.view, node, localDate(this.clock.now()));
  }

  @Route(listStationing)
  stationing({ node }: Call<typeof listStationing>): Outcome<typeof listStationing> {
    return stationingAnswer(this.view, node, localDate(this.clock.now()));
  }

  @Route(listAgents)
  agents({ node }: Call<typeof listAgents>): Outcome<typeof listAgents> {
    return agentsAnswer(this.view, node, localDate(this.clock.now()));
  }

  @Route(listAgencyItems)
  agency({ node, query }: Call<typeof listAgencyItems>): Outcome<typeof listAgencyItems> {
    const { cursor, limit } = query;
    const { found, next } = agencyAnswer(this.view, node, localDate(this.clock.now()), cursor, limit);
    return next === undefined ? { items: found } : { items: found, next: encodeCursor(next) };
  }
}
