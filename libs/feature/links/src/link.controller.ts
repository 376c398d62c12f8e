import { policy } from '@tongban/domain/policy';
import { Controller, Inject } from '@nestjs/common';
import type { Transactor } from '@tongban/federation/nest';
import { isoInstant, type NodeCode } from '@tongban/kernel';
import { defineRoute, Route, type Call } from '@tongban/platform/http';
import { z } from 'zod';
import { linkStates, stateOf } from './link-map.js';
import type { LinkMapView } from './link-reports.js';
import { readLinks } from './link-store.js';

export const LINKS = Symbol('links');

const hostClock = z
  .object({
    reference: z.enum(['hub', 'parent']).meta({ description: '与枢纽或上级的时钟比对' }),
    aheadSeconds: z.number().meta({ description: '对方时钟比本机快的秒数，慢为负' }),
    errorSeconds: z.number().meta({ description: '其中可能由往返传输造成的秒数' }),
    standing: z.enum(['together', 'apart', 'wrong']).meta({
      description: 'together 一致；apart 确定相差 2 秒以上；wrong 确定相差 30 秒以上，已记入审计日志',
    }),
    at: z.iso.datetime(),
  })
  .meta({ id: 'HostClock' });

export interface LinkTools {
  readonly transactor: Transactor;
  readonly clock: { now(): number };
  /** Newest number handed to a courier; undefined when nothing was since the start. */
  sentOf(node: NodeCode, peer: NodeCode): number | undefined;
  heardOf(
    node: NodeCode,
    peer: NodeCode,
  ): { readonly at: number; readonly last: number; readonly aheadMs: number } | undefined;
  /** How far the clocks of the hub and of the parent are from this host's, by the newest comparison. */
  clocks(): readonly z.infer<typeof hostClock>[];
  /** How the links below a node are, by what its children have told. */
  mapOf(node: NodeCode): Promise<LinkMapView>;
  /** Name of the courier that a frame would take now; undefined when the neighbour is out of reach. */
  courierOf(peer: NodeCode): string | undefined;
}

const instant = z.iso.datetime().nullable();

const list = defineRoute({
  method: 'GET',
  path: '/nodes/{node}/links',
  operationId: 'listLinks',
  summary: '与上下级的链路状态',
  ...policy.listLinks,
  response: z.object({
    clocks: z.array(hostClock).meta({ description: '本机时钟的最近比对结果；十分钟内没有比对过的不列出' }),
    links: z.array(
      z
        .object({
          peer: z.string(),
          state: z.enum(linkStates.filter((state) => state !== 'unheard')),
          courier: z.string().nullable().meta({ description: '此刻使用的传输方式；空表示不可达' }),
          last: z.int().meta({ description: '已编号的最新一条' }),
          sent: z.int().nullable().meta({ description: '已交付传输的最新一条' }),
          acknowledged: z.int().meta({ description: '对方已回执的最新一条' }),
          acknowledgedAt: instant,
          oldestUnacknowledgedSeconds: z.number().nullable(),
          applied: z.int().meta({ description: '来自对方、本级已入账的最新一条' }),
          appliedAt: instant,
          peerIncarnation: z.string().nullable(),
          peerHeardAt: instant,
          peerLast: z.int().nullable().meta({ description: '对方自称已编号的最新一条' }),
          peerClockAheadSeconds: z.number().nullable().meta({ description: '对方时钟比本级快的秒数，含传输时间' }),
          parked: z.int().meta({ description: '其中等待升级或公钥、届时自动入账的条数' }),
          quarantined: z.int().meta({ description: '被隔离、等待处置的条数' }),
        })
        .meta({ id: 'Link' }),
    ),
  }),
  refusals: [],
});

const map = defineRoute({
  method: 'GET',
  path: '/nodes/{node}/link-map',
  operationId: 'getLinkMap',
  summary: '本级以下全部链路的情况：只列有异常的，最要紧的在前',
  ...policy.getLinkMap,
  response: z
    .object({
      at: z.iso.datetime(),
      total: z.int().meta({ description: '本级以下的链路数，每个下级区划一条' }),
      fine: z.int(),
      unknown: z.int().meta({ description: '在联系不上的区划之下，情况不明的' }),
      omitted: z.int().meta({ description: '超出上限而未列出的' }),
      links: z.array(
        z
          .object({
            node: z.string().meta({ description: '链路的下级一端' }),
            state: z
              .enum(linkStates.filter((state) => state !== 'fine'))
              .meta({ description: 'faulty 有待处置，silent 失去联系，unheard 未曾联系，behind 有积压' }),
            waiting: z.int().meta({ description: '两端待回执的条数' }),
            waitingSince: instant,
            quarantined: z.int(),
            parked: z.int(),
            heardAt: instant.meta({ description: '上级一端最近一次收到下级一端的报告' }),
          })
          .meta({ id: 'StrainedLink' }),
      ),
    })
    .meta({ id: 'LinkMap' }),
  refusals: [],
});

@Controller()
export class LinkController {
  constructor(@Inject(LINKS) private readonly tools: LinkTools) {}

  @Route(list)
  async list({ node }: Call<typeof list>) {
    const { tools } = this;
    const rows = await tools.transactor.run((sql) => readLinks(sql, node));
    const now = tools.clock.now();
    return {
      clocks: [...tools.clocks()],
      links: rows.map((row) => {
        const heard = tools.heardOf(node, row.peer);
        const oldest = row.oldestUnackedAt;
        const end = {
          ...{ waiting: row.last - row.acked, quarantined: row.quarantined, parked: row.parked },
          ...(oldest === null ? {} : { waitingSince: oldest.getTime() }),
        };
        return {
          peer: row.peer,
          state: stateOf(end, heard?.at, now),
          courier: tools.courierOf(row.peer) ?? null,
          last: row.last,
          sent: tools.sentOf(node, row.peer) ?? null,
          acknowledged: row.acked,
          acknowledgedAt: row.ackedAt?.toISOString() ?? null,
          oldestUnacknowledgedSeconds: oldest === null ? null : (now - oldest.getTime()) / 1000,
          applied: row.applied,
          appliedAt: row.appliedAt?.toISOString() ?? null,
          peerIncarnation: row.peerIncarnation,
          peerHeardAt: heard === undefined ? null : new Date(heard.at).toISOString(),
          peerLast: heard?.last ?? null,
          peerClockAheadSeconds: heard === undefined ? null : heard.aheadMs / 1000,
          parked: row.parked,
          quarantined: row.quarantined,
        };
      }),
    };
  }

  @Route(map)
  async map({ node }: Call<typeof map>) {
    const { at, links, ...counts } = await this.tools.mapOf(node);
    return {
      ...counts,
      at: isoInstant(at),
      links: links.map(({ waitingSince, heardAt, ...link }) => ({
        ...link,
        waitingSince: waitingSince === undefined ? null : isoInstant(waitingSince),
        heardAt: heardAt === undefined ? null : isoInstant(heardAt),
      })),
    };
  }
}
