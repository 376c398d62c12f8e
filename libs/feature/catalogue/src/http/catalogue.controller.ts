import { policy } from '@tongban/domain/policy';
import { Controller, Inject } from '@nestjs/common';
import { localDate } from '@tongban/domain/calendar';
import { ok, type Clock } from '@tongban/kernel';
import { answer, defineRoute, encodeCursor, Route, type Call, type Outcome } from '@tongban/platform/http';
import type { CatalogueView } from '../catalogue-view.js';
import { catalogueTokens } from '../tokens.js';
import type { ProposeCatalogue } from '../usecase/propose-catalogue.js';
import { departmentsById, detailOf, officesOf, summaryOf } from './answers.js';
import {
  departmentsSchema,
  itemDetailSchema,
  itemParamsSchema,
  itemsPageSchema,
  itemsQuerySchema,
  publicationBodySchema,
  publicationRefusals,
  publicationSchema,
} from './schemas.js';
import { proposedSchema } from './proposal-schemas.js';

const listItems = defineRoute({
  method: 'GET',
  path: '/nodes/{node}/items',
  operationId: 'listItems',
  summary: '本级可以办理的事项',
  ...policy.listItems,
  query: itemsQuerySchema,
  response: itemsPageSchema,
  refusals: [],
});

const getItem = defineRoute({
  method: 'GET',
  path: '/nodes/{node}/items/{code}',
  operationId: 'getItem',
  summary: '事项的办事指南，以及本级的权限和办理路径',
  ...policy.getItem,
  params: itemParamsSchema,
  response: itemDetailSchema,
  refusals: ['item.unknown', 'item.not-published'],
});

const listDepartments = defineRoute({
  method: 'GET',
  path: '/nodes/{node}/departments',
  operationId: 'listDepartments',
  summary: '本级设有机构的部门',
  ...policy.listDepartments,
  response: departmentsSchema,
  refusals: [],
});

const publishCatalogue = defineRoute({
  method: 'POST',
  path: '/nodes/{node}/catalogue',
  operationId: 'publishCatalogue',
  summary: '提交部门、事项、授权等的批量发布，须另一人核准；本级首次发布和没有变化的，立即完成',
  ...policy.publishCatalogue,
  command: true,
  body: publicationBodySchema,
  response: { 201: publicationSchema, 202: proposedSchema },
  refusals: ['request.key-reused', ...publicationRefusals],
});

@Controller()
export class CatalogueController {
  constructor(
    @Inject(catalogueTokens.view) private readonly view: CatalogueView,
    @Inject(catalogueTokens.propose) private readonly proposing: ProposeCatalogue,
    @Inject(catalogueTokens.clock) private readonly clock: Clock,
  ) {}

  @Route(listItems)
  list({
    node,
    query: { scope, cursor = '', query = '', ...asked },
  }: Call<typeof listItems>): Outcome<typeof listItems> {
    const on = localDate(this.clock.now());
    const { items, next } = this.view.offers(node, { ...asked, query, cursor, seen: scope === 'seen', on });
    const departments = departmentsById(this.view, node);
    const page = { items: items.map((offered) => summaryOf(offered, departments, node)) };
    return next === undefined ? page : { ...page, next: encodeCursor(next) };
  }

  @Route(getItem)
  find({ node, params: { code } }: Call<typeof getItem>): Outcome<typeof getItem> {
    const on = localDate(this.clock.now());
    const item = this.view.findItem(node, code, on);
    return item.ok ? ok(detailOf(this.view, node, item.value, on)) : item;
  }

  @Route(listDepartments)
  departments({ node }: Call<typeof listDepartments>): Outcome<typeof listDepartments> {
    return officesOf(this.view, node);
  }

  @Route(publishCatalogue)
  async publish({
    node,
    body,
    person,
    role,
    key,
    traceparent,
  }: Call<typeof publishCatalogue>): Promise<Outcome<typeof publishCatalogue>> {
    const actor = { subject: person.subject, role, division: node };
    const done = await this.proposing.propose({
      node,
      catalogue: body,
      actor,
      actorName: person.name,
      key,
      traceparent,
    });
    if (!done.ok) return done;
    return done.value.state === 'published'
      ? answer(201, done.value.publication)
      : answer(202, { state: 'proposed' as const, ...done.value.proposed });
  }
}
