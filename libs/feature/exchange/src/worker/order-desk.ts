import { caseRecordClass, type CaseCommand, type CaseState } from '@tongban/domain/casework';
import type { InboxMessage, InboxOutcome } from '@tongban/domain/exchange';
import { derivedId } from '@tongban/federation/nest';
import { sm3 } from '@tongban/journal';
import { canonicalJson, ok, unwrap, type Instant, type Json } from '@tongban/kernel';
import { limitsOf, type ExchangeTools } from '../ports.js';
import { reasonOf } from '../province/body.js';
import {
  dueOrders,
  insertOrder,
  lastPosition,
  lockOrder,
  recordOfNumber,
  saveProgress,
  type Order,
  type OrderStage,
} from '../store/order-store.js';
import { passes } from './note-courier.js';
import { scopeOf } from './refresh.js';

const mostOrdersPerRound = 50;
const provinceSubject = 'provincial-platform';
const outcomes: Readonly<Record<OrderStage, InboxOutcome>> = {
  open: 'received',
  answered: 'answered',
  unknown: 'unknown',
  unsupported: 'unsupported',
};

/** Takes in what the province sends down, has the owner of the case told, and tells the province what became of it. */
export class OrderDesk {
  private nextAt: Instant = 0;

  constructor(private readonly tools: ExchangeTools) {}

  /** True when there may be more at once. */
  async work(): Promise<boolean> {
    const { inbox, clock, transactor } = this.tools;
    if (inbox === undefined) return false;
    const more = clock.now() >= this.nextAt && (await this.fetch(inbox));
    const due = await transactor.run((sql) => dueOrders(sql, scopeOf(this.tools), clock.now(), mostOrdersPerRound));
    for (const order of due) await this.tell(inbox, order);
    return more || due.length === mostOrdersPerRound;
  }

  private async fetch(inbox: NonNullable<ExchangeTools['inbox']>): Promise<boolean> {
    const { clock, transactor, log } = this.tools;
    const scope = scopeOf(this.tools);
    this.nextAt = clock.now() + limitsOf(this.tools).inboxEveryMs;
    const after = await transactor.run((sql) => lastPosition(sql, scope));
    const page = await inbox.fetch(after);
    if (!page.ok) {
      log('warn', "the province's inbox could not be read", { code: page.refusal.code, reason: page.refusal.detail });
      return false;
    }
    for (const message of page.value) await this.takeDown(message);
    if (page.value.length > 0) this.nextAt = 0;
    return page.value.length > 0;
  }

  private async takeDown(message: InboxMessage): Promise<void> {
    const { tools } = this;
    const scope = scopeOf(tools);
    const { id, position } = message;
    if (message.kind === 'unsupported') {
      const nothing = { record: null, number: null, due: null, issuedAt: null, sealed: null };
      const order = { id, position, stage: 'unsupported', ...nothing } as const;
      return tools.transactor.run((sql) => insertOrder(sql, scope, order, tools.clock.now()));
    }
    const { number, due, issuedAt, content } = message;
    const sealed = await tools.sealer.seal({ content }, [tools.node]);
    await tools.transactor.run(async (sql) => {
      const record = (await recordOfNumber(sql, scope, number)) ?? null;
      const stage = record === null ? 'unknown' : 'open';
      await insertOrder(sql, scope, { id, position, stage, record, number, due, issuedAt, sealed }, tools.clock.now());
    });
  }

  private async tell(inbox: NonNullable<ExchangeTools['inbox']>, order: Order): Promise<void> {
    const { tools } = this;
    const urged = order.urged || (await this.urge(order));
    const outcome = outcomes[order.stage];
    const answer =
      order.answer === null ? undefined : unwrap(await tools.sealer.open(order.answer, tools.node))['text'];
    const text = typeof answer === 'string' ? { text: answer } : {};
    const replied = order.told === outcome || (await inbox.reply({ id: order.id, outcome, ...text })).ok;
    await tools.transactor.run(async (sql) => {
      // It may have been answered meanwhile: then it is due again.
      const now = await lockOrder(sql, scopeOf(tools), order.id);
      if (now === undefined) return;
      const told = replied ? outcome : now.told;
      const done = urged && told === outcomes[now.stage];
      const tries = urged && replied ? 0 : order.tries + 1;
      await saveProgress(sql, scopeOf(tools), { ...now, urged, told, tries }, done ? null : this.again(tries));
    });
  }

  private again(tries: number): Instant {
    const { noteRetryFirstMs, noteRetryMaxMs } = limitsOf(this.tools);
    const now = this.tools.clock.now();
    return tries === 0 ? now : now + Math.min(noteRetryFirstMs * 2 ** Math.min(tries - 1, 30), noteRetryMaxMs);
  }

  /** An urging in the journal of the case, under one key however often it is tried; true when there is no more to do. */
  private async urge({ id, record, sealed, due }: Order): Promise<boolean> {
    const { node, profile, commands, clock, sealer, log } = this.tools;
    if (record === null || sealed === null) return true;
    const { content } = unwrap(await sealer.open(sealed, node));
    const command: CaseCommand = { type: 'urge', text: `省级督办：${String(content)}（请于${due ?? ''}前答复）` };
    const occurredAt = clock.now();
    try {
      const done = await commands.execute<CaseState, CaseCommand>({
        ...{ node, key: derivedId(record, `case.urged ${node} ${profile.name} ${id}`), record, occurredAt },
        recordClass: caseRecordClass,
        digest: sm3(Buffer.from(canonicalJson(command as unknown as Json))),
        command: () => Promise.resolve(ok(command)),
        actor: { subject: provinceSubject, role: 'supervisor', division: node },
      });
      if (done.ok) return true;
      log('warn', 'the owner refused an order of the province', { record, code: done.refusal.code });
      return !passes(done.refusal.code);
    } catch (error) {
      log('warn', 'an order of the province could not be passed on', { record, reason: reasonOf(error) });
      return false;
    }
  }
}
