import { Controller, Inject } from '@nestjs/common';
import { caseStatuses, describeProgress, hashQueryCode, parseCaseNumber } from '@tongban/domain/casework';
import { findRequest } from '@tongban/federation/nest';
import { readEntries } from '@tongban/journal';
import { isoInstant, ok, refuse } from '@tongban/kernel';
import { answer, cursorParam, defineRoute, encodeCursor, limitParam, Route, type Call } from '@tongban/platform/http';
import { z } from 'zod';
import { findCase, findCaseByNumber, listCases, type CaseRow } from '../store/case-store.js';
import type { CaseworkTools } from '../usecase/context.js';
import { openAttachment, openDossier } from '../usecase/dossier.js';
import { submissionSchema, submitCase } from '../usecase/submit-case.js';
import { callerOf, CASEWORK, commandRefusals, recordParam, refusedBy, staff } from './shared.js';

const caseSchema = z
  .object({
    record: z.uuid(),
    number: z.string(),
    item: z.object({ code: z.string(), version: z.int(), name: z.string() }),
    status: z.string(),
    closing: z.string().nullable(),
    owner: z.string(),
    intake: z.string(),
    seq: z.int(),
    headHash: z.string(),
    promisedDue: z.object({ date: z.string(), provisional: z.boolean() }).nullable(),
    submittedAt: z.iso.datetime(),
    closedAt: z.iso.datetime().nullable(),
    reports: z.record(z.string(), z.unknown()),
    state: z.unknown().meta({ description: '由全部条目折叠出的状态，不含个人信息' }),
  })
  .meta({ id: 'Case' });

const position = z.object({ at: z.iso.datetime(), record: z.uuid() });
const purpose = z.object({ purpose: z.string().min(2).max(200).meta({ description: '查看事由，记入查阅记录' }) });

const submit = defineRoute({
  method: 'POST',
  path: '/nodes/{node}/cases',
  operationId: 'submitCase',
  summary: '提出申请',
  roles: ['agent', 'clerk', 'resident'],
  division: 'any',
  command: true,
  body: submissionSchema,
  response: {
    201: z.object({
      record: z.uuid(),
      number: z.string(),
      queryCode: z.string(),
      seq: z.int(),
      state: z.literal('done'),
    }),
  },
  refusals: [
    ...commandRefusals,
    ...(['item.unknown', 'item.not-published', 'item.version-not-held', 'delegation.none'] as const),
    ...(['mandate.required', 'mandate.unknown', 'mandate.item-not-covered', 'mandate.power-not-covered'] as const),
    ...(['mandate.expired', 'mandate.revoked', 'mandate.other-principal', 'mandate.other-agent'] as const),
    ...(['mandate.presence-required', 'case.material-unknown', 'attachment.unknown'] as const),
  ],
});
const list = defineRoute({
  method: 'GET',
  path: '/nodes/{node}/cases',
  operationId: 'listCases',
  summary: '办件列表',
  roles: staff,
  division: 'below',
  query: z.object({
    status: z.enum(Object.keys(caseStatuses) as [string, ...string[]]).optional(),
    cursor: cursorParam(position),
    limit: limitParam(),
  }),
  response: z.object({ cases: z.array(caseSchema), next: z.string().nullable() }),
  refusals: [],
});
const one = defineRoute({
  method: 'GET',
  path: '/nodes/{node}/cases/{record}',
  operationId: 'getCase',
  summary: '办件',
  roles: staff,
  division: 'below',
  params: recordParam,
  response: caseSchema,
  refusals: ['case.unknown'],
});
const entries = defineRoute({
  method: 'GET',
  path: '/nodes/{node}/cases/{record}/entries',
  operationId: 'listCaseEntries',
  summary: '办件全程记录',
  roles: staff,
  division: 'below',
  params: recordParam,
  response: z.object({
    entries: z.array(
      z.object({
        id: z.uuid(),
        seq: z.int(),
        epoch: z.int(),
        type: z.string(),
        author: z.string(),
        actorRole: z.string(),
        actorSubject: z.string(),
        occurredAt: z.iso.datetime(),
        recordedAt: z.iso.datetime(),
        appliedAt: z.iso.datetime(),
        facts: z.unknown(),
        hash: z.string(),
        keyId: z.string(),
        traceparent: z.string().nullable(),
      }),
    ),
  }),
  refusals: ['case.unknown'],
});
const dossier = defineRoute({
  method: 'GET',
  path: '/nodes/{node}/cases/{record}/dossier',
  operationId: 'openDossier',
  summary: '查看申请资料（留痕）',
  roles: ['agent', 'clerk', 'reviewer', 'approver'],
  division: 'own',
  params: recordParam,
  query: purpose,
  response: z.object({ parts: z.array(z.object({ seq: z.int(), type: z.string(), content: z.unknown() })) }),
  refusals: ['case.unknown', 'dossier.not-recipient'],
});
const attachment = defineRoute({
  method: 'GET',
  path: '/nodes/{node}/cases/{record}/attachments/{digest}',
  operationId: 'openAttachment',
  summary: '查看附件（留痕）',
  roles: ['agent', 'clerk', 'reviewer', 'approver'],
  division: 'own',
  params: recordParam.extend({ digest: z.string().regex(/^[0-9a-f]{64}$/) }),
  query: purpose,
  response: 'bytes',
  refusals: ['case.unknown', 'dossier.not-recipient', 'attachment.unknown', 'attachment.not-here'],
});
const request = defineRoute({
  method: 'GET',
  path: '/nodes/{node}/requests/{request}',
  operationId: 'getRequest',
  summary: '请求的办理结果',
  roles: [...staff, 'resident'],
  division: 'any',
  params: z.object({ request: z.uuid() }),
  response: z.object({
    request: z.uuid(),
    record: z.uuid(),
    command: z.string(),
    state: z.enum(['pending', 'done', 'refused']),
    code: z.string().nullable(),
    detail: z.string().nullable(),
  }),
  refusals: ['request.unknown'],
});
const progress = defineRoute({
  method: 'GET',
  path: '/progress/{number}',
  operationId: 'getProgress',
  summary: '办件进度公开查询',
  roles: 'public',
  division: 'public',
  params: z.object({ number: z.string().max(64) }),
  query: z.object({ code: z.string().regex(/^\d{6}$/) }),
  response: z.object({
    number: z.string(),
    itemName: z.string(),
    status: z.string(),
    text: z.string(),
    steps: z.array(z.object({ name: z.string(), date: z.string() })),
  }),
  refusals: ['case.query-code'],
});

@Controller()
export class CaseController {
  constructor(@Inject(CASEWORK) private readonly tools: CaseworkTools) {}

  @Route(submit)
  async submit(call: Call<typeof submit>) {
    const submitted = await submitCase(this.tools, callerOf(call, 'submit'), call.body);
    return submitted.ok ? answer(201, submitted.value, { etag: submitted.value.seq }) : refusedBy(submitted.refusal);
  }

  @Route(list)
  async list({ node, query }: Call<typeof list>) {
    const rows = await this.tools.transactor.run((sql) =>
      listCases(sql, node, query.status, query.cursor, query.limit + 1),
    );
    const page = rows.slice(0, query.limit);
    const last = page.at(-1);
    const more = rows.length > page.length && last !== undefined;
    const next = more ? encodeCursor({ at: isoInstant(last.state.submittedAt), record: last.record }) : null;
    return { cases: page.map(caseOf), next };
  }

  @Route(one)
  async one({ node, params }: Call<typeof one>) {
    const row = await this.tools.transactor.run((sql) => findCase(sql, node, params.record));
    return row === undefined ? refuse('case.unknown', '本级没有这个办件') : answer(200, caseOf(row), { etag: row.seq });
  }

  @Route(entries)
  async entries({ node, params }: Call<typeof entries>) {
    const found = await this.tools.transactor.run((sql) => readEntries(sql, node, params.record));
    if (found.length === 0) return refuse('case.unknown', '本级没有这个办件');
    return {
      entries: found.map((entry) => ({
        id: entry.id,
        seq: entry.seq,
        epoch: entry.epoch,
        type: entry.type,
        author: entry.author,
        actorRole: entry.actor.role,
        actorSubject: entry.actor.subject,
        occurredAt: isoInstant(entry.occurredAt),
        recordedAt: isoInstant(entry.recordedAt),
        appliedAt: isoInstant(entry.appliedAt),
        facts: JSON.parse(entry.facts) as unknown,
        hash: Buffer.from(entry.hash).toString('hex'),
        keyId: entry.signature.keyId,
        traceparent: entry.traceparent ?? null,
      })),
    };
  }

  @Route(dossier)
  async dossier(call: Call<typeof dossier>) {
    const parts = await openDossier(this.tools, readerOf(call), call.params.record);
    return parts.ok ? ok({ parts: [...parts.value] }) : refusedBy(parts.refusal);
  }

  @Route(attachment)
  async attachment(call: Call<typeof attachment>) {
    const opened = await openAttachment(this.tools, readerOf(call), call.params.record, call.params.digest);
    if (!opened.ok) return refusedBy(opened.refusal);
    const headers = { 'content-type': opened.value.mediaType, 'content-disposition': 'attachment' };
    return answer(200, opened.value.bytes, { headers });
  }

  @Route(request)
  async request({ node, params, person }: Call<typeof request>) {
    const found = await this.tools.transactor.run((sql) => findRequest(sql, node, params.request));
    // Somebody else's request is as unknown as one that does not exist.
    if (found === undefined || found.subject !== person.subject) return refuse('request.unknown', '没有这个请求');
    const { id, record, commandType, state, code, detail } = found;
    return { request: id, record, command: commandType, state, code: code ?? null, detail: detail ?? null };
  }

  @Route(progress)
  async progress({ params, query }: Call<typeof progress>) {
    const refused = refuse('case.query-code', '办件编号与查询码不符');
    if (!parseCaseNumber(params.number).ok) return refused;
    const found = await this.tools.transactor.run((sql) => findCaseByNumber(sql, params.number));
    if (found === undefined || hashQueryCode(params.number, query.code) !== found.state.queryCodeHash) return refused;
    const { number, itemName, status, text, steps } = describeProgress(found.state);
    return { number, itemName, status, text, steps: steps.map((step) => ({ ...step })) };
  }
}

function readerOf(call: Call<typeof dossier> | Call<typeof attachment>) {
  return { node: call.node, subject: call.person.subject, role: call.role, purpose: call.query.purpose };
}

function caseOf({ record, state, seq, headHash }: CaseRow) {
  const { code, version, name } = state.item;
  return {
    record,
    number: state.number,
    item: { code, version, name },
    status: state.status,
    closing: state.closing,
    owner: state.owner,
    intake: state.intake,
    seq,
    headHash,
    promisedDue: state.promisedDue,
    submittedAt: isoInstant(state.submittedAt),
    closedAt: state.closedAt === null ? null : isoInstant(state.closedAt),
    reports: state.reports,
    state,
  };
}
