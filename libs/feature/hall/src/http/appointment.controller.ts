import { Controller, Inject } from '@nestjs/common';
import { answer, Route, type Call } from '@tongban/platform/http';
import { HALL, type HallOptions } from '../ports.js';
import { book, cancel, checkIn, showAppointment } from '../usecase/appointments.js';
import { callerOf, refusedBy } from './caller.js';
import * as routes from './queue-routes.js';

/** Appointments: who booked is known by number and query code alone. */
@Controller()
export class AppointmentController {
  constructor(@Inject(HALL) private readonly tools: HallOptions) {}

  @Route(routes.book)
  async book(call: Call<typeof routes.book>) {
    const booked = await book(this.tools, callerOf(call, 'book'), call.body);
    return booked.ok ? answer(201, booked.value) : refusedBy(booked.refusal);
  }

  @Route(routes.appointment)
  async appointment(call: Call<typeof routes.appointment>) {
    const { node, params, query } = call;
    const shown = await showAppointment(this.tools, node, { number: params.number, code: query.code });
    return shown.ok ? { ...shown.value } : refusedBy(shown.refusal);
  }

  @Route(routes.checkIn)
  async checkIn(call: Call<typeof routes.checkIn>) {
    const credentials = { number: call.params.number, code: call.body.code };
    const done = await checkIn(this.tools, callerOf(call, 'checkIn'), credentials);
    return done.ok ? answer(201, done.value) : refusedBy(done.refusal);
  }

  @Route(routes.cancelAppointment)
  cancel(call: Call<typeof routes.cancelAppointment>) {
    const credentials = { number: call.params.number, code: call.body.code };
    return cancel(this.tools, callerOf(call, 'cancel'), credentials);
  }
}
