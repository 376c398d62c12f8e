import { policy } from '@tongban/domain/policy';
import { Controller, Inject } from '@nestjs/common';
import { itemTypeName, regimeNames } from '@tongban/domain/catalogue';
import { localDate } from '@tongban/domain/calendar';
import { ok } from '@tongban/kernel';
import { answer, defineRoute, encodeCursor, Route, type Call, type Outcome } from '@tongban/platform/http';
import { guideOf } from '../guide.js';
import { renderPdf } from '@tongban/platform/document';
import { guidePage } from '../page/guide-page.js';
import { guidePaper } from '../page/guide-paper.js';
import { pagePolicy } from '../page/style.js';
import type { GuideOptions } from '../ports.js';
import { facetsOf } from '../search/facets.js';
import type { GuideEntry, PlaceIndex } from '../search/place-index.js';
import { guideTokens } from '../tokens.js';
import {
  guideParamsSchema,
  guideSchema,
  searchAnswerSchema,
  searchQuerySchema,
  type GuideEntryAnswer,
} from './schemas.js';

const searchGuide = defineRoute({
  ...policy.searchGuide,
  method: 'GET',
  path: '/nodes/{node}/guide',
  operationId: 'searchGuide',
  summary: '按名称、拼音、主题、部门和服务对象查办事指南',
  query: searchQuerySchema,
  response: searchAnswerSchema,
  refusals: [],
});

const getGuide = defineRoute({
  ...policy.getGuide,
  method: 'GET',
  path: '/nodes/{node}/guide/{code}',
  operationId: 'getGuide',
  summary: '事项的办事指南（七公开）',
  params: guideParamsSchema,
  response: guideSchema,
  refusals: ['item.unknown', 'item.not-published'],
});

const printGuide = defineRoute({
  ...policy.printGuide,
  method: 'GET',
  path: '/nodes/{node}/guide/{code}/page',
  operationId: 'printGuide',
  summary: '可打印的办事指南（网页）',
  params: guideParamsSchema,
  response: 'bytes',
  refusals: ['item.unknown', 'item.not-published'],
});

const fileGuide = defineRoute({
  ...policy.fileGuide,
  method: 'GET',
  path: '/nodes/{node}/guide/{code}/guide.pdf',
  operationId: 'fileGuide',
  summary: '办事指南（PDF）',
  params: guideParamsSchema,
  response: 'bytes',
  refusals: ['item.unknown', 'item.not-published'],
});

@Controller()
export class GuideController {
  constructor(
    @Inject(guideTokens.index) private readonly index: PlaceIndex,
    @Inject(guideTokens.options) private readonly options: GuideOptions,
  ) {}

  @Route(searchGuide)
  search({ node, query: asked }: Call<typeof searchGuide>): Outcome<typeof searchGuide> {
    const { cursor: offset = 0, limit, scope, ...query } = asked;
    const found = this.index.search(node, todayOf(this.options), { ...query, hereOnly: scope === 'here' });
    const page = found.slice(offset, offset + limit);
    const whole = {
      total: found.length,
      items: page.map((entry) => entryOf(entry, this.options.placeName)),
      facets: facetsOf(found),
    };
    const end = offset + page.length;
    return end < found.length && page.length > 0 ? { ...whole, next: encodeCursor(end) } : whole;
  }

  @Route(getGuide)
  find({ node, params: { code } }: Call<typeof getGuide>): Outcome<typeof getGuide> {
    return guideOf(this.options, node, code, todayOf(this.options));
  }

  @Route(printGuide)
  print({ node, params: { code } }: Call<typeof printGuide>): Outcome<typeof printGuide> {
    const on = todayOf(this.options);
    const guide = guideOf(this.options, node, code, on);
    if (!guide.ok) return guide;
    const page = Buffer.from(guidePage(guide.value, this.options.placeName(node), on));
    const headers = { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': pagePolicy };
    return ok(answer(200, page, { headers }));
  }

  @Route(fileGuide)
  async file({ node, params: { code } }: Call<typeof fileGuide>): Promise<Outcome<typeof fileGuide>> {
    const on = todayOf(this.options);
    const guide = guideOf(this.options, node, code, on);
    if (!guide.ok) return guide;
    const bytes = await renderPdf(guidePaper(guide.value, this.options.placeName(node), on));
    const headers = { 'content-type': 'application/pdf', 'content-disposition': `inline; filename="${code}.pdf"` };
    return ok(answer(200, bytes, { headers }));
  }
}

const todayOf = ({ clock }: GuideOptions): string => localDate(clock.now());

function entryOf({ item, departmentName, place }: GuideEntry, placeName: GuideOptions['placeName']): GuideEntryAnswer {
  const { code, name, themes, audience, promisedDays } = item;
  return {
    ...{ code, name, themes, audience, promisedDays, departmentName, place },
    typeName: itemTypeName(item.type),
    regimeName: regimeNames[item.regime],
    placeName: placeName(place),
  };
}
