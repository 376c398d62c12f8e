import type { Provider, Type } from '@nestjs/common';
import { AppointmentController } from './http/appointment.controller.js';
import { HallController } from './http/hall.controller.js';
import { TicketController } from './http/ticket.controller.js';
import { HALL, type HallOptions } from './ports.js';

/**
 * Halls of a node: windows, queue numbers, appointments. They are the node's own and not in the journal: a number is
 * worth something in one hall on one day, no other node acts on it, and what it led to is the case, which is in the
 * journal and to which it is linked. Numbers and appointments are rows of the node's database, so that the hall works
 * without a network and loses nothing with its process.
 */
export function hallModule(options: HallOptions): {
  readonly controllers: Type<unknown>[];
  readonly providers: Provider[];
} {
  return {
    controllers: [HallController, TicketController, AppointmentController],
    providers: [{ provide: HALL, useValue: options }],
  };
}
