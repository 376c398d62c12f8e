import { Controller, Inject } from '@nestjs/common';
import type { TicketAct } from '@tongban/domain/hall';
import type { Uuid } from '@tongban/kernel';
import { answer, Route, type Call } from '@tongban/platform/http';
import { HALL, type HallOptions } from '../ports.js';
import { showTicket } from '../usecase/display.js';
import { act, recall, take } from '../usecase/tickets.js';
import { callerOf, refusedBy } from './caller.js';
import * as routes from './queue-routes.js';

type TicketCall = Parameters<typeof callerOf>[0] & { readonly params: { readonly ticket: Uuid } };

/** Queue numbers: taken by anybody, worked off by the clerks of the windows. */
@Controller()
export class TicketController {
  constructor(@Inject(HALL) private readonly tools: HallOptions) {}

  @Route(routes.take)
  async take(call: Call<typeof routes.take>) {
    const taken = await take(this.tools, callerOf(call, 'take'), call.body);
    return taken.ok ? answer(201, taken.value) : refusedBy(taken.refusal);
  }

  @Route(routes.ticket)
  async ticket(call: Call<typeof routes.ticket>) {
    const shown = await showTicket(this.tools, call.node, call.params.ticket);
    return shown.ok ? { ...shown.value, cases: [...shown.value.cases] } : refusedBy(shown.refusal);
  }

  @Route(routes.recall)
  recall(call: Call<typeof routes.recall>) {
    return recall(this.tools, callerOf(call, 'recall'), call.params.ticket, call.body.window);
  }

  @Route(routes.service)
  service(call: Call<typeof routes.service>) {
    return this.#act(call, { type: 'serve' });
  }

  @Route(routes.finish)
  finish(call: Call<typeof routes.finish>) {
    return this.#act(call, { type: 'finish' }, call.body.cases);
  }

  @Route(routes.skip)
  skip(call: Call<typeof routes.skip>) {
    return this.#act(call, { type: 'skip' });
  }

  @Route(routes.transfer)
  transfer(call: Call<typeof routes.transfer>) {
    return this.#act(call, { type: 'transfer', group: call.body.group });
  }

  @Route(routes.noShow)
  noShow(call: Call<typeof routes.noShow>) {
    return this.#act(call, { type: 'noShow' });
  }

  @Route(routes.priority)
  priority(call: Call<typeof routes.priority>) {
    return this.#act(call, { type: 'mark', mark: call.body.mark });
  }

  @Route(routes.cancellation)
  cancellation(call: Call<typeof routes.cancellation>) {
    return this.#act(call, { type: 'cancel' });
  }

  #act(call: TicketCall, wanted: Exclude<TicketAct, { type: 'call' | 'recall' }>, cases: readonly Uuid[] = []) {
    return act(this.tools, callerOf(call, wanted.type), call.params.ticket, wanted, cases);
  }
}
