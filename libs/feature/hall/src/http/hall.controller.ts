import { Controller, Inject } from '@nestjs/common';
import { localDate } from '@tongban/domain/calendar';
import { ok, refuse } from '@tongban/kernel';
import { answer, Route, type Call } from '@tongban/platform/http';
import type { Server } from 'node:http';
import { HALL, type HallOptions } from '../ports.js';
import { listAppointments } from '../store/appointment-store.js';
import { findHall, listHalls } from '../store/hall-store.js';
import { listTickets } from '../store/ticket-store.js';
import { readFigures } from '../store/turn-store.js';
import { freeSlots, viewOf } from '../usecase/appointments.js';
import { DisplayStreams } from '../usecase/display-stream.js';
import { readDisplay, ticketViewOf } from '../usecase/display.js';
import { closeWindow, openWindow, publishHall } from '../usecase/halls.js';
import { callNext } from '../usecase/tickets.js';
import { callerOf, refusedBy } from './caller.js';
import * as routes from './hall-routes.js';

const maxListed = 1_000;
const maxFigureDays = 92;
const dayMs = 24 * 60 * 60 * 1_000;

/** Halls, their windows and screens. */
@Controller()
export class HallController {
  private readonly streams: DisplayStreams;

  constructor(@Inject(HALL) private readonly tools: HallOptions) {
    this.streams = new DisplayStreams(tools);
  }

  @Route(routes.publish)
  async publish(call: Call<typeof routes.publish>) {
    const { params, body, ifMatch } = call;
    const done = await publishHall(this.tools, callerOf(call, 'publish'), params.hall, body, ifMatch);
    return done.ok ? answer(200, done.value, { etag: done.value.version }) : refusedBy(done.refusal);
  }

  @Route(routes.list)
  async list(call: Call<typeof routes.list>) {
    return { halls: await this.tools.transactor.run((sql) => listHalls(sql, call.node)) };
  }

  @Route(routes.one)
  async one(call: Call<typeof routes.one>) {
    const found = await this.tools.transactor.run((sql) => findHall(sql, call.node, call.params.hall));
    return found === undefined ? refuse('hall.unknown', '没有这个大厅') : answer(200, found, { etag: found.version });
  }

  @Route(routes.opening)
  opening(call: Call<typeof routes.opening>) {
    return openWindow(this.tools, callerOf(call, 'opening'), call.params.hall, call.params.window);
  }

  @Route(routes.closing)
  closing(call: Call<typeof routes.closing>) {
    return closeWindow(this.tools, callerOf(call, 'closing'), call.params.hall, call.params.window);
  }

  @Route(routes.call)
  call(call: Call<typeof routes.call>) {
    return callNext(this.tools, callerOf(call, 'call'), call.params.hall, call.params.window);
  }

  @Route(routes.display)
  async display(call: Call<typeof routes.display>) {
    const shown = await readDisplay(this.tools, call.node, call.params.hall);
    return shown.ok ? ok(structuredClone(shown.value) as Mutable<typeof shown.value>) : refusedBy(shown.refusal);
  }

  @Route(routes.events)
  async events(call: Call<typeof routes.events>) {
    const server: Server = call.request.server.server as Server;
    // A server that listened and does so no more is stopping: its screens find another one, or this one again.
    const wasListening = server.listening;
    const followed = await this.streams.follow(call.node, call.params.hall, () => server.listening || !wasListening);
    if (!followed.ok) return refusedBy(followed.refusal);
    return answer(200, followed.value, { headers: { 'content-type': 'text/event-stream; charset=utf-8' } });
  }

  @Route(routes.figures)
  async figures({ node, params, query: { from, to } }: Call<typeof routes.figures>) {
    const days = (Date.parse(to) - Date.parse(from)) / dayMs;
    if (days < 0 || days > maxFigureDays) return refuse('request.invalid', `统计区间最长 ${maxFigureDays} 天`);
    return { figures: await this.tools.transactor.run((sql) => readFigures(sql, node, params.hall, from, to)) };
  }

  @Route(routes.tickets)
  async tickets({ node, params, query }: Call<typeof routes.tickets>) {
    const today = localDate(this.tools.clock.now());
    const rows = await this.tools.transactor.run((sql) =>
      listTickets(sql, node, params.hall, today, query.state, maxListed),
    );
    return { tickets: rows.map((row) => ticketViewOf(row, today)) };
  }

  @Route(routes.appointments)
  async appointments({ node, params, query }: Call<typeof routes.appointments>) {
    const rows = await this.tools.transactor.run((sql) =>
      listAppointments(sql, node, params.hall, query.day, maxListed),
    );
    return { appointments: rows.map((row) => viewOf(row, this.tools.clock.now())) };
  }

  @Route(routes.slots)
  async slots(call: Call<typeof routes.slots>) {
    const { node, params, query } = call;
    const free = await freeSlots(this.tools, node, { hall: params.hall, ...query }, query.day);
    return free.ok ? { slots: free.value.map((slot) => ({ ...slot })) } : refusedBy(free.refusal);
  }
}

type Mutable<T> = T extends readonly (infer E)[]
  ? Mutable<E>[]
  : T extends object
    ? { -readonly [K in keyof T]: Mutable<T[K]> }
    : T;
