import { policy } from '@tongban/domain/policy';
import { Controller, Inject } from '@nestjs/common';
import { proposalStatusNames } from '@tongban/domain/catalogue';
import { isoInstant, ok } from '@tongban/kernel';
import { answer, defineRoute, encodeCursor, Route, type Call, type Outcome } from '@tongban/platform/http';
import { z } from 'zod';
import { catalogueTokens } from '../tokens.js';
import type { ProposalInput, ProposalView, ProposeCatalogue } from '../usecase/propose-catalogue.js';
import type { ProposedRecord } from '../usecase/proposed-records.js';
import { reasonBodySchema } from './draft-schemas.js';
import {
  mostRecordsTold,
  proposalParamsSchema,
  proposalSchema,
  proposalsPageSchema,
  proposalsQuerySchema,
  type ProposalAnswer,
} from './proposal-schemas.js';
import { publicationRefusals, publicationSchema } from './schemas.js';

const own = { params: proposalParamsSchema } as const;
const decision = { ...own, method: 'POST', command: true, ifMatch: 'required' } as const;
const known = [
  'catalogue.proposal-unknown',
  'catalogue.proposal-state',
  'request.stale',
  'request.key-reused',
] as const;

const listProposals = defineRoute({
  ...policy.listProposals,
  method: 'GET',
  path: '/nodes/{node}/proposals',
  operationId: 'listProposals',
  summary: '本级提交的批量发布及其核准情况',
  query: proposalsQuerySchema,
  response: proposalsPageSchema,
  refusals: [],
});
const getProposal = defineRoute({
  ...own,
  method: 'GET',
  path: '/nodes/{node}/proposals/{proposal}',
  operationId: 'getProposal',
  ...policy.getProposal,
  summary: '一次批量发布的内容，逐条与现行目录比较',
  response: proposalSchema,
  refusals: ['catalogue.proposal-unknown'],
});
const approveProposal = defineRoute({
  ...decision,
  path: '/nodes/{node}/proposals/{proposal}/approval',
  operationId: 'approveProposal',
  ...policy.approveProposal,
  summary: '由提交人以外的人核准，随即发布',
  response: { 201: publicationSchema },
  refusals: [...known, 'catalogue.same-person', ...publicationRefusals],
});
const rejectProposal = defineRoute({
  ...decision,
  path: '/nodes/{node}/proposals/{proposal}/rejection',
  operationId: 'rejectProposal',
  ...policy.rejectProposal,
  summary: '退回批量发布，不发布任何内容；提交人可自行收回',
  body: reasonBodySchema,
  response: z.object({ proposal: z.uuid(), seq: z.int(), status: z.literal('rejected') }),
  refusals: [...known],
});

type Deciding = Pick<Call<typeof approveProposal>, 'node' | 'person' | 'role' | 'key' | 'traceparent' | 'ifMatch'> & {
  readonly params: { readonly proposal: string };
};

const inputOf = ({ node, person, role, key, traceparent, ifMatch, params }: Deciding): ProposalInput => ({
  node,
  actor: { subject: person.subject, role, division: node },
  actorName: person.name,
  key,
  traceparent,
  ifMatch,
  proposal: params.proposal,
});

function recordOf({ fields, delegation, ...record }: ProposedRecord): ProposalAnswer['records'][number] {
  const given = delegation === undefined ? {} : { delegation: { ...delegation, powers: [...delegation.powers] } };
  return { ...record, ...given, fields: [...fields] };
}

function answerOf({ state, records, problems }: ProposalView): ProposalAnswer {
  const { id, seq, status, proposedBy, proposedByName, history } = state;
  const changedFirst = [...records].sort((a, b) => Number(a.change === 'held') - Number(b.change === 'held'));
  return {
    proposal: id,
    seq,
    status,
    statusName: proposalStatusNames[status],
    proposedBy,
    ...(proposedByName === undefined ? {} : { proposedByName }),
    total: records.length,
    records: changedFirst.slice(0, mostRecordsTold).map(recordOf),
    problems: [...problems],
    history: history.map(({ at, note, ...entry }) => ({
      ...entry,
      at: isoInstant(at),
      ...(note === undefined ? {} : { note }),
    })),
  };
}

@Controller()
export class ProposalController {
  constructor(@Inject(catalogueTokens.propose) private readonly proposing: ProposeCatalogue) {}

  @Route(listProposals)
  async list({ node, query }: Call<typeof listProposals>): Promise<Outcome<typeof listProposals>> {
    const { status, cursor, limit } = query;
    const found = await this.proposing.list(node, { status, cursor, limit: limit + 1 });
    const proposals = found.slice(0, limit).map(({ at, ...proposal }) => ({
      ...proposal,
      statusName: proposalStatusNames[proposal.status],
      changedAt: isoInstant(at),
    }));
    return found.length > limit ? { proposals, next: encodeCursor(proposals.at(-1)!.proposal) } : { proposals };
  }

  @Route(getProposal)
  async find({ node, params }: Call<typeof getProposal>): Promise<Outcome<typeof getProposal>> {
    const found = await this.proposing.find(node, params.proposal);
    return found.ok ? ok(answer(200, answerOf(found.value), { etag: found.value.state.seq })) : found;
  }

  @Route(approveProposal)
  async approve(call: Call<typeof approveProposal>): Promise<Outcome<typeof approveProposal>> {
    const done = await this.proposing.approve(inputOf(call));
    return done.ok ? answer(201, done.value) : done;
  }

  @Route(rejectProposal)
  async reject(call: Call<typeof rejectProposal>): Promise<Outcome<typeof rejectProposal>> {
    const done = await this.proposing.reject(inputOf(call), call.body.reason);
    if (!done.ok) return done;
    const { seq } = done.value;
    return ok(answer(200, { proposal: call.params.proposal, seq, status: 'rejected' as const }, { etag: seq }));
  }
}
