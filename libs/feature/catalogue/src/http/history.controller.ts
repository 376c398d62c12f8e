import { policy } from '@tongban/domain/policy';
import { Controller, Inject } from '@nestjs/common';
import { localDate } from '@tongban/domain/calendar';
import { compareItems, effectivePeriods, type DatedVersion, type EffectivePeriod } from '@tongban/domain/catalogue';
import type { Clock } from '@tongban/kernel';
import { answer, defineRoute, Route, type Call, type Outcome } from '@tongban/platform/http';
import { z } from 'zod';
import type { CatalogueView } from '../catalogue-view.js';
import { recordKinds } from '../record.js';
import type { ItemHistory } from '../snapshot.js';
import { catalogueTokens } from '../tokens.js';
import type { WithdrawRecord } from '../usecase/withdraw-record.js';
import { usesAnswer } from './answers.js';
import {
  comparisonQuerySchema,
  comparisonSchema,
  historySchema,
  reasonBodySchema,
  usesSchema,
  type versionPhases,
} from './draft-schemas.js';
import { itemParamsSchema } from './schemas.js';

const listVersions = defineRoute({
  method: 'GET',
  path: '/nodes/{node}/items/{code}/versions',
  operationId: 'listItemVersions',
  summary: '事项的各个版本及其适用时间',
  ...policy.listItemVersions,
  params: itemParamsSchema,
  response: historySchema,
  refusals: ['item.unknown'],
});
const compareVersions = defineRoute({
  method: 'GET',
  path: '/nodes/{node}/items/{code}/comparison',
  operationId: 'compareItemVersions',
  summary: '两个版本逐项比较',
  ...policy.compareItemVersions,
  params: itemParamsSchema,
  query: comparisonQuerySchema,
  response: comparisonSchema,
  refusals: ['item.unknown', 'item.version-not-held'],
});
const withdrawRecord = defineRoute({
  method: 'POST',
  path: '/nodes/{node}/catalogue/{kind}/{key}/withdrawal',
  operationId: 'withdrawRecord',
  summary: '从目录中撤回一条记录；正在使用的，须强制并说明理由',
  ...policy.withdrawRecord,
  command: true,
  params: z.object({ kind: z.enum(recordKinds), key: z.string().min(1).max(100) }),
  body: reasonBodySchema.extend({ force: z.boolean().default(false) }),
  response: {
    201: z
      .object({ kind: z.enum(recordKinds), key: z.string(), version: z.int(), uses: usesSchema })
      .meta({ id: 'RecordWithdrawal' }),
  },
  refusals: ['catalogue.unknown', 'catalogue.in-use', 'request.key-reused'],
});

@Controller()
export class HistoryController {
  constructor(
    @Inject(catalogueTokens.view) private readonly view: CatalogueView,
    @Inject(catalogueTokens.withdraw) private readonly withdrawing: WithdrawRecord,
    @Inject(catalogueTokens.clock) private readonly clock: Clock,
  ) {}

  @Route(listVersions)
  versions({ node, params: { code } }: Call<typeof listVersions>): Outcome<typeof listVersions> {
    const history = this.view.itemHistory(node, code);
    return history.ok ? historyAnswer(history.value, localDate(this.clock.now())) : history;
  }

  @Route(compareVersions)
  compare({ node, params, query }: Call<typeof compareVersions>): Outcome<typeof compareVersions> {
    const from = this.view.findItemVersion(node, params.code, query.from);
    if (!from.ok) return from;
    const to = this.view.findItemVersion(node, params.code, query.to);
    if (!to.ok) return to;
    return { code: params.code, ...query, changes: compareItems(from.value, to.value) };
  }

  @Route(withdrawRecord)
  async withdraw(call: Call<typeof withdrawRecord>): Promise<Outcome<typeof withdrawRecord>> {
    const { node, person, role, key, traceparent, params, body } = call;
    const actor = { subject: person.subject, role, division: node };
    const { kind, key: recordKey } = params;
    const done = await this.withdrawing.withdraw({
      ...{ node, actor, actorName: person.name, key, traceparent, kind, recordKey },
      ...body,
    });
    return done.ok ? answer(201, { ...done.value, uses: usesAnswer(done.value.uses) }) : done;
  }
}

function phaseOf(
  version: number,
  period: EffectivePeriod | undefined,
  tombstone: number,
  on: string,
): (typeof versionPhases)[number] {
  if (version <= tombstone) return 'withdrawn';
  if (period === undefined || (period.until !== undefined && period.until <= on)) return 'ended';
  return period.from > on ? 'upcoming' : 'inForce';
}

function historyAnswer({ publisher, versions, tombstone }: ItemHistory, on: string) {
  const dated: DatedVersion[] = versions.map(({ version, validFrom, validTo }) => ({ version, validFrom, validTo }));
  const end = tombstone === undefined ? [] : [tombstone];
  const withdrawals = end.map(({ version, publishedAt }) => ({
    version,
    validFrom: localDate(publishedAt),
    withdrawn: true,
  }));
  const periods = new Map(effectivePeriods([...dated, ...withdrawals]).map((period) => [period.version, period]));
  const list = versions.map(({ version, name, validFrom, validTo }) => {
    const period = periods.get(version);
    return {
      version,
      phase: phaseOf(version, period, tombstone?.version ?? 0, on),
      name,
      validFrom,
      ...(validTo === undefined ? {} : { validTo }),
      ...(period === undefined ? {} : { appliesFrom: period.from }),
      ...(period?.until === undefined ? {} : { appliesUntil: period.until }),
    };
  });
  const withdrawal = end.map(({ version, publishedAt, reason }) => ({
    version,
    on: localDate(publishedAt),
    ...(reason === undefined ? {} : { reason }),
  }))[0];
  return { publisher, versions: list, ...(withdrawal === undefined ? {} : { withdrawal }) };
}
