import { policy } from '@tongban/domain/policy';
import { Controller, Inject } from '@nestjs/common';
import { draftStatusNames } from '@tongban/domain/catalogue';
import { isoInstant, ok } from '@tongban/kernel';
import { answer, defineRoute, encodeCursor, Route, type Call, type Outcome } from '@tongban/platform/http';
import { catalogueTokens } from '../tokens.js';
import type { WriteTools } from '../usecase/command.js';
import { impactOfDraft } from '../usecase/impact.js';
import type { DraftInput, DraftRequest, DraftView, ItemDrafts } from '../usecase/item-drafts.js';
import { usesAnswer } from './answers.js';
import { laggingAnswer, silentAnswer } from './standing-answers.js';
import {
  draftBodySchema,
  draftParamsSchema,
  draftSchema,
  draftsPageSchema,
  draftsQuerySchema,
  impactSchema,
  reasonBodySchema,
  reviewBodySchema,
  type DraftAnswer,
} from './draft-schemas.js';

const command = { command: true, response: draftSchema } as const;
const known = ['catalogue.draft-unknown', 'catalogue.draft-state', 'request.stale', 'request.key-reused'] as const;

const createDraft = defineRoute({
  ...command,
  method: 'POST',
  path: '/nodes/{node}/drafts',
  operationId: 'createDraft',
  ...policy.createDraft,
  summary: '起草事项的新版本',
  body: draftBodySchema,
  response: { 201: draftSchema },
  refusals: ['request.key-reused', 'catalogue.draft-state'],
});
const listDrafts = defineRoute({
  ...policy.listDrafts,
  method: 'GET',
  path: '/nodes/{node}/drafts',
  operationId: 'listDrafts',
  summary: '本级编制中的事项版本',
  query: draftsQuerySchema,
  response: draftsPageSchema,
  refusals: [],
});
const getDraft = defineRoute({
  ...policy.getDraft,
  method: 'GET',
  path: '/nodes/{node}/drafts/{draft}',
  operationId: 'getDraft',
  summary: '一份草稿及其经过',
  params: draftParamsSchema,
  response: draftSchema,
  refusals: ['catalogue.draft-unknown'],
});
const editDraft = defineRoute({
  ...command,
  method: 'PUT',
  path: '/nodes/{node}/drafts/{draft}',
  operationId: 'editDraft',
  ...policy.editDraft,
  summary: '修改草稿；已审核的须重新审核',
  ifMatch: 'required',
  params: draftParamsSchema,
  body: draftBodySchema,
  refusals: [...known],
});
const reviewDraft = defineRoute({
  ...command,
  ...policy.reviewDraft,
  method: 'POST',
  path: '/nodes/{node}/drafts/{draft}/review',
  operationId: 'reviewDraft',
  summary: '由起草人以外的人审核，或退回修改',
  ifMatch: 'required',
  params: draftParamsSchema,
  body: reviewBodySchema,
  refusals: [...known, 'catalogue.same-person', 'item.invalid'],
});
const publishDraft = defineRoute({
  ...command,
  method: 'POST',
  path: '/nodes/{node}/drafts/{draft}/publication',
  operationId: 'publishDraft',
  ...policy.publishDraft,
  summary: '发布审核过的版本',
  ifMatch: 'required',
  params: draftParamsSchema,
  refusals: [...known, 'item.invalid', 'item.period-overlap', 'item.version-conflict', 'delegation.invalid'],
});
const withdrawDraft = defineRoute({
  ...command,
  method: 'POST',
  path: '/nodes/{node}/drafts/{draft}/withdrawal',
  operationId: 'withdrawDraft',
  ...policy.withdrawDraft,
  summary: '撤回未发布的草稿',
  ifMatch: 'required',
  params: draftParamsSchema,
  body: reasonBodySchema,
  refusals: [...known],
});
const getDraftImpact = defineRoute({
  ...policy.getDraftImpact,
  method: 'GET',
  path: '/nodes/{node}/drafts/{draft}/impact',
  operationId: 'getDraftImpact',
  summary: '发布前的影响：变化的要素、在办件、授权、办理的层级、持有旧版本的区划',
  params: draftParamsSchema,
  response: impactSchema,
  refusals: ['catalogue.draft-unknown'],
});

type Commanding = Pick<Call<typeof editDraft>, 'node' | 'person' | 'role' | 'key' | 'traceparent'>;

const inputOf = ({ node, person, role, key, traceparent }: Commanding): Omit<DraftInput, 'request'> => ({
  node,
  actor: { subject: person.subject, role, division: node },
  actorName: person.name,
  key,
  traceparent,
});

function answerOf({ state, problems }: DraftView): DraftAnswer {
  const { id, seq, status, document, reviewedBy, history } = state;
  return {
    draft: id,
    seq,
    status,
    statusName: draftStatusNames[status],
    document,
    problems: [...problems],
    ...(reviewedBy === undefined ? {} : { reviewedBy }),
    history: history.map(({ seq: at, action, by, byName, at: when, note }) => ({
      seq: at,
      action,
      by,
      ...(byName === undefined ? {} : { byName }),
      at: isoInstant(when),
      ...(note === undefined ? {} : { note }),
    })),
  };
}

type Changing = Commanding & { readonly params: { readonly draft: string }; readonly ifMatch: number };

async function act(drafts: ItemDrafts, call: Changing, request: DraftRequest): Promise<Outcome<typeof editDraft>> {
  const { params, ifMatch } = call;
  const done = await drafts.act({ ...inputOf(call), draft: params.draft, ifMatch, request });
  return done.ok ? answer(200, answerOf(done.value), { etag: done.value.state.seq }) : done;
}

@Controller()
export class DraftController {
  constructor(
    @Inject(catalogueTokens.drafts) private readonly drafts: ItemDrafts,
    @Inject(catalogueTokens.tools) private readonly tools: WriteTools,
  ) {}

  @Route(createDraft)
  async create(call: Call<typeof createDraft>): Promise<Outcome<typeof createDraft>> {
    const done = await this.drafts.act({ ...inputOf(call), request: { action: 'create', document: call.body } });
    return done.ok ? answer(201, answerOf(done.value), { etag: done.value.state.seq }) : done;
  }

  @Route(listDrafts)
  async list({ node, query }: Call<typeof listDrafts>): Promise<Outcome<typeof listDrafts>> {
    const { status, cursor, limit } = query;
    const found = await this.drafts.list(node, { status, cursor, limit: limit + 1 });
    const drafts = found.slice(0, limit).map(({ at, ...draft }) => ({
      ...draft,
      statusName: draftStatusNames[draft.status],
      changedAt: isoInstant(at),
    }));
    return found.length > limit ? { drafts, next: encodeCursor(drafts.at(-1)!.draft) } : { drafts };
  }

  @Route(getDraft)
  async find({ node, params }: Call<typeof getDraft>): Promise<Outcome<typeof getDraft>> {
    const found = await this.drafts.find(node, params.draft);
    return found.ok ? ok(answer(200, answerOf(found.value), { etag: found.value.state.seq })) : found;
  }

  @Route(editDraft)
  edit(call: Call<typeof editDraft>): Promise<Outcome<typeof editDraft>> {
    return act(this.drafts, call, { action: 'edit', document: call.body });
  }

  @Route(reviewDraft)
  review(call: Call<typeof reviewDraft>): Promise<Outcome<typeof reviewDraft>> {
    const { body } = call;
    if (body.verdict === 'return') return act(this.drafts, call, { action: 'return', note: body.note });
    return act(this.drafts, call, { action: 'approve', ...(body.note === undefined ? {} : { note: body.note }) });
  }

  @Route(publishDraft)
  publish(call: Call<typeof publishDraft>): Promise<Outcome<typeof publishDraft>> {
    return act(this.drafts, call, { action: 'publish' });
  }

  @Route(withdrawDraft)
  withdraw(call: Call<typeof withdrawDraft>): Promise<Outcome<typeof withdrawDraft>> {
    return act(this.drafts, call, { action: 'withdraw', note: call.body.reason });
  }

  @Route(getDraftImpact)
  async impact({ node, params }: Call<typeof getDraftImpact>): Promise<Outcome<typeof getDraftImpact>> {
    const found = await impactOfDraft(this.tools, node, params.draft);
    if (!found.ok) return found;
    const { changes, uses, workers, holders, ...rest } = found.value;
    return {
      ...rest,
      changes: [...changes],
      uses: usesAnswer(uses),
      workers: workers.map(({ place, powers }) => ({ place, powers: [...powers] })),
      holders: {
        ...holders,
        behind: laggingAnswer(holders.behind),
        silent: silentAnswer(holders.silent, this.tools.clock.now()),
      },
    };
  }
}
