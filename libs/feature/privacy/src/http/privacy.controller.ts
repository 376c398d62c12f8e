import { Controller, Inject } from '@nestjs/common';
import { requestKinds } from '@tongban/domain/privacy';
import type { CommandOutcome } from '@tongban/federation/nest';
import { sm3 } from '@tongban/journal';
import {
  canonicalJson,
  isoInstant,
  refuse,
  type Json,
  type NodeCode,
  type Refusal,
  type Result,
  type Role,
  type Uuid,
} from '@tongban/kernel';
import { answer, encodeCursor, Route, type Call } from '@tongban/platform/http';
import type { Access, PrivacyTools } from '../ports.js';
import { listOfCase, listOpen, type PrivacyRow } from '../store/privacy-store.js';
import { copyOwnData } from '../usecase/copy.js';
import { releaseToEscrow } from '../usecase/escrow.js';
import { claimedCase } from '../usecase/party.js';
import { answerRequest, askFor, readRequest, type PrivacyCaller } from '../usecase/requests.js';
import { rotateDataKeys } from '../usecase/rotate.js';
import * as routes from './routes.js';

export const PRIVACY = Symbol('privacy');

/** Rights of the person whose data a case holds (PIPL 44–47), and the escrow of the archive office. */
@Controller()
export class PrivacyController {
  constructor(@Inject(PRIVACY) private readonly tools: PrivacyTools) {}

  @Route(routes.accesses)
  async accesses({ node, role, person, params, query }: Call<typeof routes.accesses>) {
    const { record } = params;
    const claimed = await claimedCase(this.tools, { node, role, subject: person.subject }, record, query.code);
    if (!claimed.ok) return refusedBy(claimed.refusal);
    const found = await this.tools.transactor.run((sql) => this.tools.cases.accesses(sql, node, record));
    return { accesses: found.map(shownAccess) };
  }

  @Route(routes.copy)
  async copy({ node, role, person, params }: Call<typeof routes.copy>) {
    const made = await copyOwnData(this.tools, { node, role, subject: person.subject }, params.record);
    if (!made.ok) return refusedBy(made.refusal);
    const body = {
      ...made.value,
      parts: made.value.parts.map((part) => ({ ...part })),
      accesses: made.value.accesses.map(shownAccess),
    };
    const name = `personal-data-${made.value.number}.json`;
    return answer(200, body, { headers: { 'content-disposition': `attachment; filename="${name}"` } });
  }

  @Route(routes.ask)
  async ask(call: Call<typeof routes.ask>) {
    const { node, role, person, params } = call;
    const { code, ...asked } = call.body;
    const claimed = await claimedCase(this.tools, { node, role, subject: person.subject }, params.record, code);
    if (!claimed.ok) return refusedBy(claimed.refusal);
    return done(await askFor(this.tools, callerOf(call, 'ask'), { case: params.record, ...asked }));
  }

  @Route(routes.ofCase)
  async ofCase({ node, role, person, params, query }: Call<typeof routes.ofCase>) {
    const claimed = await claimedCase(this.tools, { node, role, subject: person.subject }, params.record, query.code);
    if (!claimed.ok) return refusedBy(claimed.refusal);
    const rows = await this.tools.transactor.run((sql) => listOfCase(sql, node, params.record));
    return { requests: rows.map(shownRequest) };
  }

  @Route(routes.open)
  async open({ node, query }: Call<typeof routes.open>) {
    const rows = await this.tools.transactor.run((sql) => listOpen(sql, node, query.cursor, query.limit + 1));
    const page = rows.slice(0, query.limit);
    const last = rows.length > page.length ? page.at(-1) : undefined;
    const next = last === undefined ? null : encodeCursor({ answerBy: last.state.answerBy, record: last.record });
    return { requests: page.map(shownRequest), next };
  }

  @Route(routes.one)
  async one({ node, params }: Call<typeof routes.one>) {
    const read = await readRequest(this.tools, node, params.request);
    if (!read.ok) return refusedBy(read.refusal);
    const { asked, answered } = read.value;
    return answer(200, { ...shownRequest(read.value), asked, answered }, { etag: read.value.seq });
  }

  @Route(routes.answerRoute)
  async answer(call: Call<typeof routes.answerRoute>) {
    const { legalBasis, ...given } = call.body;
    const body = legalBasis === undefined ? given : { ...given, legalBasis };
    return done(await answerRequest(this.tools, callerOf(call, 'answer'), call.params.request, body));
  }

  @Route(routes.escrow)
  async escrow({ node, role, person, params, body }: Call<typeof routes.escrow>) {
    const reader = { node, role, subject: person.subject, purpose: body.reason };
    const released = await releaseToEscrow(this.tools, reader, params.record);
    return released.ok ? { parts: released.value } : refusedBy(released.refusal);
  }

  @Route(routes.rotation)
  async rotate({ node, key: command, query }: Call<typeof routes.rotation>) {
    const { key, resealed, next } = await rotateDataKeys(this.tools, node, command, query.cursor);
    return { key, resealed, next: next === null ? null : encodeCursor({ ...next }) };
  }
}

const refusedBy = ({ code, detail, params }: Refusal): Result<never> => refuse(code, detail, params);

function done(result: Result<CommandOutcome>) {
  if (!result.ok) return refusedBy(result.refusal);
  const { record, seq } = result.value;
  return answer(201, { request: record, state: 'done' as const, seq: seq! }, { etag: seq! });
}

const shownAccess = ({ subject, role, purpose, what, readAt }: Access) => ({
  ...{ reader: subject, role, purpose, what },
  readAt: isoInstant(readAt),
});

const shownRequest = ({ record, state }: PrivacyRow) => ({
  ...{ request: record, record: state.case, kind: state.kind, kindName: requestKinds[state.kind] },
  ...{ askedAt: isoInstant(state.askedAt), answerBy: state.answerBy },
  answer:
    state.answer === null
      ? null
      : {
          ...{ outcome: state.answer.outcome, legalBasis: state.answer.legalBasis, erased: state.answer.erases },
          at: isoInstant(state.answer.at),
        },
});

interface CommandCall {
  readonly node: NodeCode;
  readonly key: Uuid;
  readonly role: Role;
  readonly person: { readonly subject: string; readonly division?: NodeCode };
  readonly traceparent: string;
  readonly params: unknown;
  readonly body: unknown;
}

/** `operation` makes the same body under another route another command. */
function callerOf(
  { node, key, role, person, traceparent, params, body }: CommandCall,
  operation: string,
): PrivacyCaller {
  const asked = JSON.parse(JSON.stringify({ operation, subject: person.subject, params, body })) as Json;
  // A resident belongs to no office: the acts are those of the place where they were done.
  const division = role === 'resident' ? node : (person.division ?? node);
  return {
    ...{ node, key, traceparent, actor: { subject: person.subject, role, division } },
    digest: sm3(Buffer.from(canonicalJson(asked))),
  };
}
