import { Controller, Inject } from '@nestjs/common';
import { dayNumber, localDate } from '@tongban/domain/calendar';
import {
  awaitedStatuses,
  clockOf,
  commandSpecs,
  describeProgress,
  hashQueryCode,
  parseCaseNumber,
  permittedCommands,
  settle,
} from '@tongban/domain/casework';
import { findRequest } from '@tongban/federation/nest';
import { readEntries } from '@tongban/journal';
import { isoInstant, ok, refuse, type NodeCode, type Role } from '@tongban/kernel';
import { answer, encodeCursor, Route, type Call } from '@tongban/platform/http';
import { findCase, findCaseByNumber, listCases, type CaseFilter, type CaseRow } from '../store/case-store.js';
import { readCaseFigures } from '../store/figures-store.js';
import { maxSettlementLines, readSettlement } from '../store/fee-store.js';
import { readOnce, type CaseworkTools } from '../usecase/context.js';
import { openAttachment, openDossier, openMaskedDossier } from '../usecase/dossier.js';
import { CaseSheets } from '../usecase/export-cases.js';
import { offlineActsOf } from '../usecase/offline-acts.js';
import { recountCases } from '../usecase/recount-cases.js';
import { submitCase } from '../usecase/submit-case.js';
import { acts, attachment, dossier, entries, list, one, progress, request, sheet, submit } from './case-routes.js';
import { settlement } from './fee-routes.js';
import { figures, maxFigureDays } from './figure-routes.js';
import { recounts } from './procedure-routes.js';
import { callerOf, CASEWORK, refusedBy } from './shared.js';

@Controller()
export class CaseController {
  private readonly sheets: CaseSheets;

  constructor(@Inject(CASEWORK) private readonly tools: CaseworkTools) {
    this.sheets = new CaseSheets(tools);
  }

  @Route(submit)
  async submit(call: Call<typeof submit>) {
    const submitted = await submitCase(this.tools, callerOf(call, 'submit'), call.body);
    return submitted.ok ? answer(201, submitted.value, { etag: submitted.value.seq }) : refusedBy(submitted.refusal);
  }

  @Route(list)
  async list({ node, query, person: { roles } }: Call<typeof list>) {
    const filter = filterOf(query, roles);
    const rows = await readOnce(this.tools, (sql) => listCases(sql, node, filter, query.cursor, query.limit + 1));
    const page = rows.slice(0, query.limit);
    const last = page.at(-1);
    const more = rows.length > page.length && last !== undefined;
    const next = more ? encodeCursor({ at: isoInstant(last.state.submittedAt), record: last.record }) : null;
    return { cases: page.map((row) => caseOf(this.tools, row)), next };
  }

  @Route(sheet)
  sheet({ node, query, person: { roles, subject } }: Call<typeof sheet>) {
    const file = this.sheets.export({ node, filter: filterOf(query, roles), subject });
    if (!file.ok) return file;
    const headers = {
      'content-type': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      'content-disposition': `attachment; filename="cases-${node}-${localDate(this.tools.clock.now())}.xlsx"`,
    };
    return ok(answer(200, file.value, { headers }));
  }

  @Route(figures)
  async figures({ node, query }: Call<typeof figures>) {
    const days = dayNumber(query.to) - dayNumber(query.from);
    if (days < 0 || days >= maxFigureDays) return refuse('request.invalid', `统计区间最长 ${maxFigureDays} 天`);
    const today = localDate(this.tools.clock.now());
    const found = await readOnce(this.tools, (sql) => readCaseFigures(sql, node, query, today));
    return {
      total: { ...found.total },
      items: found.items.map((each) => ({ ...each })),
      owners: found.owners.map((each) => ({ ...each })),
      statuses: found.statuses.map((each) => ({ ...each })),
      days: found.days.map((each) => ({ ...each })),
    };
  }

  @Route(one)
  async one({ node, params }: Call<typeof one>) {
    const row = await readOnce(this.tools, (sql) => findCase(sql, node, params.record));
    if (row === undefined) return refuse('case.unknown', '本级没有这个办件');
    const materialNames = await materialNamesFor(this.tools, node, row);
    return answer(200, { ...caseOf(this.tools, row), materialNames }, { etag: row.seq });
  }

  @Route(acts)
  async acts({ node, params, person: { roles, subject, division, department } }: Call<typeof acts>) {
    const row = await this.tools.transactor.run((sql) => findCase(sql, node, params.record));
    if (row === undefined) return refuse('case.unknown', '本级没有这个办件');
    // Staff act for their own division; a person above only looks.
    const actors = division === node ? roles.map((role) => ({ subject, role, division })) : [];
    const { item } = row.state;
    const permitted = permittedCommands(row.state, actors, {
      ...{ calendar: this.tools.calendar, now: this.tools.clock.now(), department },
      catalogue: await this.tools.items.findMaterials(node, item.code, item.version),
    });
    return { seq: row.seq, acts: permitted.map((command) => ({ command, name: commandSpecs[command].name })) };
  }

  @Route(entries)
  async entries({ node, params }: Call<typeof entries>) {
    const found = await this.tools.transactor.run((sql) => readEntries(sql, node, params.record));
    if (found.length === 0) return refuse('case.unknown', '本级没有这个办件');
    const isOffline = offlineActsOf(found);
    return {
      entries: found.map((entry) => ({
        id: entry.id,
        seq: entry.seq,
        epoch: entry.epoch,
        type: entry.type,
        author: entry.author,
        actorRole: entry.actor.role,
        actorSubject: entry.actor.subject,
        offline: isOffline(entry),
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
    const { full, purpose = maskedPurpose } = call.query;
    const open = full ? openDossier : openMaskedDossier;
    const parts = await open(this.tools, readerOf(call, purpose), call.params.record);
    return parts.ok ? ok({ masked: !full, parts: [...parts.value] }) : refusedBy(parts.refusal);
  }

  @Route(attachment)
  async attachment(call: Call<typeof attachment>) {
    const opened = await openAttachment(
      this.tools,
      readerOf(call, call.query.purpose),
      call.params.record,
      call.params.digest,
    );
    if (!opened.ok) return refusedBy(opened.refusal);
    const headers = { 'content-type': opened.value.mediaType, 'content-disposition': 'attachment' };
    return answer(200, opened.value.bytes, { headers });
  }

  @Route(request)
  async request({ node, params, person }: Call<typeof request>) {
    const found = await readOnce(this.tools, (sql) => findRequest(sql, node, params.request));
    // Somebody else's request is as unknown as one that does not exist.
    if (found === undefined || found.subject !== person.subject) return refuse('request.unknown', '没有这个请求');
    const { id, record, commandType, state, code, detail } = found;
    return { request: id, record, command: commandType, state, code: code ?? null, detail: detail ?? null };
  }

  @Route(settlement)
  async settlement({ node, params: { day } }: Call<typeof settlement>) {
    const lines = await this.tools.transactor.run((sql) => readSettlement(sql, node, day));
    if (lines.length > maxSettlementLines)
      return refuse('request.too-large', `当日收费记录超过 ${maxSettlementLines} 条，请分批核对`);
    const today = lines.filter(({ on }) => on === day);
    return {
      ...settle(day, lines),
      lines: today.map(({ record, kind, noticeNumber, documentNumber, amountFen, method }) => ({
        ...{ record, kind, noticeNumber, documentNumber, amountFen, method },
      })),
    };
  }

  @Route(recounts)
  async recounts(call: Call<typeof recounts>) {
    const done = await recountCases(this.tools, callerOf(call, 'recounts'), call.body.after);
    return done.ok ? { ...done.value } : refusedBy(done.refusal);
  }

  @Route(progress)
  async progress({ params, query }: Call<typeof progress>) {
    const refused = refuse('case.query-code', '办件编号与查询码不符');
    if (!parseCaseNumber(params.number).ok) return refused;
    const found = await readOnce(this.tools, (sql) => findCaseByNumber(sql, params.number));
    if (found === undefined || hashQueryCode(params.number, query.code) !== found.state.queryCodeHash) return refused;
    const { steps, ...told } = describeProgress(found.state);
    return { ...told, steps: steps.map((step) => ({ ...step })) };
  }
}

/** What the log of readings says where nothing but the masked view was asked for. */
const maskedPurpose = '日常办理（脱敏查看）';

function readerOf(call: Call<typeof dossier> | Call<typeof attachment>, purpose: string) {
  return { node: call.node, subject: call.person.subject, role: call.role, purpose };
}

/** What a queue waits for follows from who asks. */
const filterOf = ({ awaiting, ...filter }: Call<typeof sheet>['query'], roles: readonly Role[]): CaseFilter =>
  awaiting === true ? { ...filter, held: awaitedStatuses(roles) } : filter;

/** Of the version that the case was filed under: as the node has it, else as the case's owner has it (at the gateway). */
async function materialNamesFor({ items }: CaseworkTools, node: NodeCode, { state }: CaseRow) {
  const { code, version } = state.item;
  const held =
    (await items.findMaterials(node, code, version)) ?? (await items.findMaterials(state.owner, code, version));
  return Object.fromEntries((held?.named ?? []).map(({ code: material, name }) => [material, name]));
}

function caseOf(tools: CaseworkTools, { record, state, seq, headHash }: CaseRow) {
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
    marks: state.marks.map(({ mark }) => mark),
    clock: clockOf(state, tools.calendar, tools.clock.now()),
    submittedAt: isoInstant(state.submittedAt),
    closedAt: state.closedAt === null ? null : isoInstant(state.closedAt),
    reports: state.reports,
    state,
  };
}
