import type { ContentMessage, InboxMessage, InboxOutcome } from '@tongban/domain/exchange';
import { unwrap, type Instant, type JsonObject } from '@tongban/kernel';
import { limitsOf, type ExchangeTools, type InboxReply, type ProvinceInbox } from '../ports.js';
import {
  dueOrders,
  insertOrder,
  lastPosition,
  lockOrder,
  recordOfNumber,
  saveProgress,
  type Order,
  type OrderKind,
  type OrderStage,
} from '../store/order-store.js';
import { reasonOf } from '../province/body.js';
import { publishWith } from './base-catalogue.js';
import { applyWith } from './applications.js';
import { notYet, type Handled, type InboxHandler } from './inbox-handler.js';
import { rateWith } from './inbound-ratings.js';
import { scopeOf } from './refresh.js';
import { superviseWith } from './supervision.js';

const mostOrdersPerRound = 50;
const longestNumber = 50;
const outcomes: Readonly<Record<OrderStage, InboxOutcome>> = {
  open: 'received',
  answered: 'answered',
  unknown: 'unknown',
  unsupported: 'unsupported',
  accepted: 'accepted',
  refused: 'refused',
};

/** Takes in what the province sends down, has it done, and tells the province what became of it. */
export class OrderDesk {
  private nextAt: Instant = 0;
  private readonly handlers: Partial<Readonly<Record<OrderKind, InboxHandler>>>;

  constructor(private readonly tools: ExchangeTools) {
    const { inbox, applications, baseCatalogue } = tools;
    this.handlers = {
      supervision: superviseWith(tools),
      rating: rateWith(tools),
      ...(baseCatalogue === undefined ? {} : { catalogue: publishWith(tools, baseCatalogue) }),
      ...(inbox === undefined || applications === undefined
        ? {}
        : { application: applyWith({ ...tools, inbox, applications }) }),
    };
  }

  /** True when there may be more at once. */
  async work(): Promise<boolean> {
    const { inbox, clock, transactor } = this.tools;
    if (inbox === undefined) return false;
    const more = clock.now() >= this.nextAt && (await this.fetch(inbox));
    const due = await transactor.run((sql) => dueOrders(sql, scopeOf(this.tools), clock.now(), mostOrdersPerRound));
    for (const order of due) await this.handle(inbox, order);
    return more || due.length === mostOrdersPerRound;
  }

  private async fetch(inbox: ProvinceInbox): Promise<boolean> {
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
    const { id, position, kind } = message;
    const blank = { id, position, record: null, number: null, due: null, issuedAt: null };
    if (kind === 'unsupported' || this.handlers[kind] === undefined) {
      const order = { ...blank, kind: 'unsupported', stage: 'unsupported', sealed: null } as const;
      return tools.transactor.run((sql) => insertOrder(sql, scope, order, tools.clock.now()));
    }
    const sealed = await tools.sealer.seal({ content: message.content }, [tools.node]);
    if (kind !== 'supervision') {
      const order = { ...blank, kind, stage: 'open', sealed, number: numberOf(message) } as const;
      return tools.transactor.run((sql) => insertOrder(sql, scope, order, tools.clock.now()));
    }
    const { number, due, issuedAt } = message;
    await tools.transactor.run(async (sql) => {
      const record = (await recordOfNumber(sql, scope, number)) ?? null;
      const stage = record === null ? 'unknown' : 'open';
      await insertOrder(
        sql,
        scope,
        { id, position, kind, stage, record, number, due, issuedAt, sealed },
        tools.clock.now(),
      );
    });
  }

  /** Works on a message and tells what has become of it; each is tried again by itself. */
  private async handle(inbox: ProvinceInbox, before: Order): Promise<void> {
    const { tools } = this;
    const handled = before.urged ? undefined : await this.attend(before);
    const order = handled === undefined ? before : await this.withOutcome(before, handled);
    const outcome = outcomes[order.stage];
    const replied = order.told === outcome || (await this.tell(inbox, order, outcome));
    await tools.transactor.run(async (sql) => {
      // A supervisor may have answered it meanwhile: then it is due again.
      const now = await lockOrder(sql, scopeOf(tools), order.id);
      if (now === undefined) return;
      const merged = now.stage === before.stage ? order : { ...now, urged: order.urged };
      const told = replied ? outcome : now.told;
      const finished = merged.urged && told === outcomes[merged.stage];
      const waits = replied && handled?.againMs !== undefined;
      const tries = (merged.urged && replied) || waits ? 0 : order.tries + 1;
      const nextAt = waits ? tools.clock.now() + handled.againMs! : this.again(tries);
      await saveProgress(sql, scopeOf(tools), { ...merged, told, tries }, finished ? null : nextAt);
    });
  }

  private async tell(inbox: ProvinceInbox, order: Order, outcome: InboxOutcome): Promise<boolean> {
    const told = await inbox.reply(await this.replyOf(order, outcome));
    if (!told.ok) {
      const { code, detail: reason } = told.refusal;
      this.tools.log('warn', 'the province could not be told of a message', { id: order.id, outcome, code, reason });
    }
    return told.ok;
  }

  private async attend(order: Order): Promise<Handled> {
    try {
      return (await this.handlers[order.kind]?.(order)) ?? { stage: order.stage, done: true };
    } catch (error) {
      this.tools.log('warn', 'a message of the province could not be worked on', {
        ...{ id: order.id, kind: order.kind, reason: reasonOf(error) },
      });
      return { ...notYet, stage: order.stage };
    }
  }

  private async withOutcome(order: Order, handled: Handled): Promise<Order> {
    const { stage, done, answer, code, record, application, attempt } = handled;
    const sealed = answer === undefined ? order.answer : await this.tools.sealer.seal(answer, [this.tools.node]);
    return {
      ...{ ...order, stage, urged: done, answer: sealed, code: code ?? order.code },
      ...{ record: record ?? order.record, application: application ?? order.application },
      attempt: attempt ?? order.attempt,
    };
  }

  private async replyOf({ id, answer, code }: Order, outcome: InboxOutcome): Promise<InboxReply> {
    const { sealer, node } = this.tools;
    const told = answer === null ? {} : unwrap(await sealer.open(answer, node));
    return { id, outcome, ...(code === null ? {} : { code }), ...tellable(told) };
  }

  private again(tries: number): Instant {
    const { noteRetryFirstMs, noteRetryMaxMs } = limitsOf(this.tools);
    const now = this.tools.clock.now();
    return tries === 0 ? now : now + Math.min(noteRetryFirstMs * 2 ** Math.min(tries - 1, 30), noteRetryMaxMs);
  }
}

/** The members of a sealed answer that the province is told. */
const tellable = (told: JsonObject): Omit<InboxReply, 'id' | 'outcome'> => {
  const { text, number, querycode, lines } = told as Omit<InboxReply, 'id' | 'outcome'>;
  return {
    ...(text === undefined ? {} : { text }),
    ...(number === undefined ? {} : { number }),
    ...(querycode === undefined ? {} : { querycode }),
    ...(lines === undefined ? {} : { lines }),
  };
};

/** The province's business key, where the message has one that can be kept. */
function numberOf({ content }: ContentMessage): string | null {
  const number = content['projectno'];
  return typeof number === 'string' && number !== '' && number.length <= longestNumber ? number : null;
}
