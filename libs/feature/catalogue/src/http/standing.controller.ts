import { policy } from '@tongban/domain/policy';
import { Controller, Inject } from '@nestjs/common';
import { isoInstant } from '@tongban/kernel';
import { defineRoute, Route, type Call, type Outcome } from '@tongban/platform/http';
import { z } from 'zod';
import type { CatalogueView } from '../catalogue-view.js';
import type { Standings } from '../standing/standings.js';
import { catalogueTokens } from '../tokens.js';
import { laggingSchema, silentSchema } from './draft-schemas.js';
import { laggingAnswer, silentAnswer } from './standing-answers.js';

const count = z.int().min(0);

const standingSchema = z
  .object({
    node: z.string(),
    at: z.iso.datetime(),
    total: count.meta({ description: '本级连同全部下级的区划数' }),
    heard: count.meta({ description: '报告过的区划数，含本级' }),
    unheard: count.meta({ description: '从未报告过的区划数' }),
    silentNodes: count.meta({ description: '失联的区划数，按最后一次报告计入各项' }),
    publishers: z
      .array(
        z.object({
          publisher: z.string(),
          versions: count.meta({ description: '最新状态的版本数' }),
          publishedAt: z.iso.datetime().optional().meta({ description: '最近一次发布的时间' }),
          newest: count.meta({ description: '持有最新状态的区划数' }),
          since: z.iso.datetime().meta({ description: '其中最后一个区划可用最新状态的时间，按各级时钟' }),
          behind: count,
          lagging: laggingSchema,
        }),
      )
      .meta({ description: '按发布者；下级发布的目录，只列尚有落后的' }),
    silent: silentSchema.meta({ description: '失联的直接上报者，最久的在前' }),
  })
  .meta({ id: 'CatalogueStanding', description: '目录传达到各级的情况' });

const getStanding = defineRoute({
  method: 'GET',
  path: '/nodes/{node}/catalogue/standing',
  operationId: 'getCatalogueStanding',
  summary: '下级持有目录的情况：多少已是最新、哪些落后、哪些失联多久',
  ...policy.getCatalogueStanding,
  response: standingSchema,
  refusals: [],
});

@Controller()
export class StandingController {
  constructor(
    @Inject(catalogueTokens.standings) private readonly standings: Standings,
    @Inject(catalogueTokens.view) private readonly view: CatalogueView,
  ) {}

  @Route(getStanding)
  find({ node }: Call<typeof getStanding>): Outcome<typeof getStanding> {
    const { at, total, standing, publishers } = this.standings.of(node);
    const { nodes, unheard, silentNodes, silent } = standing;
    return {
      ...{ node, total, unheard, silentNodes, heard: nodes, at: isoInstant(at) },
      publishers: publishers.map(({ lagging, since, ...counts }) => {
        const publishedAt = this.view.publishedAt(counts.publisher);
        return {
          ...counts,
          ...(publishedAt === undefined ? {} : { publishedAt: isoInstant(publishedAt) }),
          since: isoInstant(since),
          lagging: laggingAnswer(lagging),
        };
      }),
      silent: silentAnswer(silent, at),
    };
  }
}
