import { caseRecordClass, type CaseCommand, type CaseState } from '@tongban/domain/casework';
import { checkRatingTime, readRating, type ProvinceRating } from '@tongban/domain/exchange';
import { derivedId } from '@tongban/federation/nest';
import { sm3 } from '@tongban/journal';
import { canonicalJson, ok, refuse, unwrap, type Json, type JsonObject, type Result, type Uuid } from '@tongban/kernel';
import { limitsOf, type ExchangeTools } from '../ports.js';
import { portalSubject } from '../intake/take-in.js';
import { recordOfNumber, type Order } from '../store/order-store.js';
import { notYet, refusedWith, type Handled, type InboxHandler } from './inbox-handler.js';
import { passes } from './note-courier.js';
import { scopeOf } from './refresh.js';

/** 好差评 of the provincial portal: becomes an entry of its case at the owner, once. */
export const rateWith =
  (tools: ExchangeTools): InboxHandler =>
  async (order) => {
    const { sealer, node, transactor, profile } = tools;
    const opened = unwrap(await sealer.open(order.sealed!, node));
    const rating = readRating(opened['content'] as JsonObject, profile.codes);
    if (!rating.ok) return refusedWith(rating.refusal);
    const found = await transactor.run(async (sql) => {
      const record = await recordOfNumber(sql, scopeOf(tools), rating.value.number);
      return record === undefined ? undefined : (await tools.cases.find(sql, node, [record]))[0];
    });
    if (found === undefined) return { stage: 'unknown', done: true };
    const { record, state } = found;
    const key = keyOf(tools, order, record);
    const request = await transactor.run((sql) => tools.requests.find(sql, node, key));
    // Judged by what is held here only before anything was asked: afterwards it is the owner's.
    const inTime = request === undefined ? checkRatingTime(rating.value, timesOf(state)) : ok(undefined);
    if (!inTime.ok) return refusedWith(inTime.refusal);
    if (request === undefined) return rate(tools, record, key, order, rating.value);
    if (request.state === 'pending') return { ...notYet, record, againMs: limitsOf(tools).noteCheckMs };
    if (request.state === 'done') return { stage: 'accepted', done: true, record };
    const code = request.code ?? 'service.fault';
    // The key is spent on a request that was refused: the next one takes another.
    return passes(code)
      ? { ...notYet, record, attempt: order.attempt + 1 }
      : { ...refusedWith({ code, detail: '办理机关没有登记这次评价' }), record };
  };

const keyOf = ({ node, profile }: ExchangeTools, { id, attempt }: Order, record: Uuid): Uuid =>
  derivedId(record, `case.rated ${node} ${profile.name} ${id} ${attempt}`);

const timesOf = ({ closedAt, ratings }: CaseState) => ({
  closedAt,
  defaultRatedAt: ratings.find(({ channel }) => channel === 'systemDefault')?.at ?? null,
});

async function rate(
  { node, commands, clock }: ExchangeTools,
  record: Uuid,
  key: Uuid,
  order: Order,
  { level, channel, reasonCodes, text }: ProvinceRating,
): Promise<Handled> {
  const command: CaseCommand = {
    ...{ type: 'rate', level, channel, reasonCodes: [...reasonCodes] },
    ...(text === undefined ? {} : { text }),
  };
  const done = await commands
    .execute<CaseState, CaseCommand>({
      ...{ node, key, record, recordClass: caseRecordClass, occurredAt: clock.now() },
      digest: sm3(Buffer.from(canonicalJson(command as unknown as Json))),
      command: () => Promise.resolve(ok(command)),
      actor: { subject: portalSubject, role: 'system', division: node },
    })
    .catch((error: unknown): Result<never> => refuse('service.fault', String(error)));
  if (!done.ok) return passes(done.refusal.code) ? { ...notYet, record } : { ...refusedWith(done.refusal), record };
  return done.value.state === 'done'
    ? { stage: 'accepted', done: true, record }
    : { ...notYet, record, attempt: order.attempt, againMs: 0 };
}
