import { maskParts } from '@tongban/domain/privacy';
import { Controller, Inject } from '@nestjs/common';
import { localDate } from '@tongban/domain/calendar';
import {
  feedbackClosings,
  feedbackKinds,
  feedbackStatuses,
  isLate,
  type FeedbackState,
} from '@tongban/domain/feedback';
import { isoInstant, ok, refuse } from '@tongban/kernel';
import { answer, encodeCursor, Route, type Call } from '@tongban/platform/http';
import { FEEDBACK, type FeedbackTools } from '../ports.js';
import { findFeedback, listFeedback, listPublished, type FeedbackRow } from '../store/feedback-store.js';
import { readFeedbackFigures } from '../store/figures-store.js';
import { actOnFeedback, identified } from '../usecase/act-on-feedback.js';
import { openDossier, openParts } from '../usecase/dossier.js';
import { fileFeedback } from '../usecase/file-feedback.js';
import { callerOf, commandAnswer, refusedBy } from './caller.js';
import * as routes from './routes.js';

const maxPublished = 50;
const maxFigureDays = 366;
const dayMs = 24 * 60 * 60 * 1_000;

/** What stands in the log of readings for who gave no reason and so saw no name. */
const maskedPurpose = '脱敏查看';

/** Feedback as it is asked and looked up; the acts of staff are in a controller of their own. */
@Controller()
export class FeedbackController {
  constructor(@Inject(FEEDBACK) private readonly tools: FeedbackTools) {}

  @Route(routes.file)
  async file(call: Call<typeof routes.file>) {
    const filed = await fileFeedback(this.tools, callerOf(call, call.node, 'file'), call.body);
    return filed.ok ? answer(201, { ...filed.value }, { etag: filed.value.seq }) : refusedBy(filed.refusal);
  }

  @Route(routes.intake)
  async intake(call: Call<typeof routes.intake>) {
    const filed = await fileFeedback(this.tools, callerOf(call, call.node, 'file'), call.body);
    return filed.ok ? answer(201, { ...filed.value }, { etag: filed.value.seq }) : refusedBy(filed.refusal);
  }

  @Route(routes.list)
  async list({ node, query }: Call<typeof routes.list>) {
    const now = this.tools.clock.now();
    const filter = { ...query, caseRecord: query.case };
    const rows = await this.tools.transactor.run((sql) =>
      listFeedback(sql, node, filter, localDate(now), query.cursor, query.limit + 1),
    );
    const page = rows.slice(0, query.limit);
    const last = page.at(-1);
    const more = rows.length > page.length && last !== undefined;
    const next = more ? encodeCursor({ at: isoInstant(last.state.begunAt), record: last.record }) : null;
    return { feedback: page.map((row) => viewOf(row, now)), next };
  }

  @Route(routes.one)
  async one({ node, params }: Call<typeof routes.one>) {
    const row = await this.tools.transactor.run((sql) => findFeedback(sql, node, params.record));
    return row === undefined
      ? refuse('feedback.unknown', '本级没有这件评价或诉求')
      : answer(200, viewOf(row, this.tools.clock.now()), { etag: row.seq });
  }

  @Route(routes.dossier)
  async dossier({ node, params, query, person, role }: Call<typeof routes.dossier>) {
    const { full, purpose = maskedPurpose } = query;
    const parts = await openDossier(this.tools, { node, subject: person.subject, role, purpose }, params.record);
    if (!parts.ok) return refusedBy(parts.refusal);
    return ok({ masked: !full, parts: full ? [...parts.value] : maskParts(parts.value) });
  }

  @Route(routes.progress)
  async progress(call: Call<typeof routes.progress>) {
    const found = await identified(this.tools, call.params.number, call.query.code);
    if (!found.ok) return refusedBy(found.refusal);
    const { node, record, state } = found.value;
    const parts = await openParts(this.tools, node, record);
    if (!parts.ok) return refusedBy(parts.refusal);
    const answered = parts.value.filter(({ type }) => type === 'feedback.answered' || type === 'feedback.notAccepted');
    return progressOf(
      state,
      answered.map(({ content }) => String(content['text'])),
    );
  }

  @Route(routes.answers)
  async answers(call: Call<typeof routes.answers>) {
    const words = call.query.query.split(/\s+/).filter((word) => word !== '');
    return { answers: await this.tools.transactor.run((sql) => listPublished(sql, call.node, words, maxPublished)) };
  }

  @Route(routes.figures)
  async figures({ node, query: { by, from, to } }: Call<typeof routes.figures>) {
    const days = (Date.parse(to) - Date.parse(from)) / dayMs;
    if (days < 0 || days > maxFigureDays) return refuse('request.invalid', `统计区间最长 ${maxFigureDays} 天`);
    const today = localDate(this.tools.clock.now());
    const figures = await this.tools.transactor.run((sql) => readFeedbackFigures(sql, node, by, from, to, today));
    return { figures: figures.map((one) => ({ ...one })) };
  }

  @Route(routes.rating)
  async rating(call: Call<typeof routes.rating>) {
    const { code, ...fields } = call.body;
    const found = await identified(this.tools, call.params.number, code);
    if (!found.ok) return refusedBy(found.refusal);
    const { node, record, state } = found.value;
    const given = { ...fields, queryCodeHash: state.queryCodeHash };
    return commandAnswer(await actOnFeedback(this.tools, callerOf(call, node, 'rate'), record, 'rate', given));
  }

  @Route(routes.withdrawal)
  async withdrawal(call: Call<typeof routes.withdrawal>) {
    const found = await identified(this.tools, call.params.number, call.body.code);
    if (!found.ok) return refusedBy(found.refusal);
    const { node, record, state } = found.value;
    const given = { queryCodeHash: state.queryCodeHash };
    return commandAnswer(await actOnFeedback(this.tools, callerOf(call, node, 'withdraw'), record, 'withdraw', given));
  }
}

const answeredStatuses: readonly string[] = ['answered', 'reviewed', 'closed'];
const isOverdue = (state: FeedbackState, now: number): boolean =>
  state.overdue.length > 0 || (!answeredStatuses.includes(state.status) && isLate(state, now));

const viewOf = ({ record, state, seq }: FeedbackRow, now: number) => ({
  ...{ record, number: state.number, kind: state.kind, status: state.status, closing: state.closing },
  ...{ owner: state.owner, department: state.department, case: state.case, due: state.due, seq, state },
  overdue: isOverdue(state, now),
  begunAt: isoInstant(state.begunAt),
});

/** For the one who asked: dates and answers in plain words, and nothing of who worked on it. */
function progressOf(state: FeedbackState, answers: readonly string[]) {
  const { number, kind, status, closing, due, begunAt, answeredAt, rated } = state;
  return {
    ...{ number, kind: feedbackKinds[kind], rated: rated !== null },
    status: closing === null ? feedbackStatuses[status] : feedbackClosings[closing],
    due: answeredStatuses.includes(status) ? null : due.date,
    filedOn: localDate(begunAt),
    answeredOn: answeredAt === null ? null : localDate(answeredAt),
    answers: answers.map((text, index) => ({
      number: closing === 'notAccepted' ? null : `${number}-${index + 1}`,
      text,
    })),
  };
}
