import { hallDefinitionSchema, type HallDefinition } from '@tongban/domain/hall';
import type { NodeCode } from '@tongban/kernel';
import { z } from 'zod';
import type { Somebody, Wire } from './wire.js';

const publishedSchema = z.object({ hall: z.string(), version: z.int() });
const windowSchema = z.object({ window: z.string(), open: z.boolean() });
const ticketSchema = z.object({ ticket: z.uuid(), number: z.string() });
export type Ticket = z.infer<typeof ticketSchema>;

const code = 'main';
const window = '1';

/** The convenience centre's hall of a township: one group for everything, open whenever the demonstration runs. */
export const demoHall = (name: string, items: readonly string[]): HallDefinition =>
  hallDefinitionSchema.parse({
    ...{ name, address: `${name}一楼`, opening: 'daily', hours: [{ from: '00:00', to: '23:59' }] },
    groups: [
      {
        ...{ code: 'general', name: '综合窗口', letter: 'A', items, departments: [] },
        ...{ slotMinutes: 30, slotCapacity: 5, usualServiceMinutes: 10 },
      },
    ],
    windows: [
      { number: window, name: '综合一', groups: ['general'] },
      { number: '2', name: '综合二', groups: ['general'] },
    ],
    notices: [
      {
        ...{ title: '延时服务', text: '工作日 11:30–13:30、17:00–18:30 提供延时服务，可先取号或预约。' },
        ...{ from: '2026-01-01', until: '2099-12-31' },
      },
    ],
  });

/** One visit to the hall of a node: published, window open, number taken, called, served, done with. */
export class HallWork {
  constructor(
    private readonly wire: Wire,
    private readonly at: NodeCode,
  ) {}

  private get clerk(): Somebody {
    return { role: 'clerk', at: this.at };
  }

  async publish(definition: HallDefinition): Promise<void> {
    const manager: Somebody = { role: 'administrator', at: this.at };
    await this.wire.command(publishedSchema, manager, `/halls/${code}`, definition, { method: 'PUT' });
  }

  async openWindow(): Promise<void> {
    await this.wire.command(windowSchema, this.clerk, `/halls/${code}/windows/${window}/opening`, {});
  }

  async closeWindow(): Promise<void> {
    await this.wire.command(windowSchema, this.clerk, `/halls/${code}/windows/${window}/closing`, {});
  }

  /** What anybody does at the ticket machine. */
  takeTicket(item: string): Promise<Ticket> {
    return this.wire.command(ticketSchema, undefined, '/tickets', { hall: code, item }, { at: this.at });
  }

  callNext(): Promise<Ticket> {
    return this.wire.command(ticketSchema, this.clerk, `/halls/${code}/windows/${window}/call`, {});
  }

  async serve({ ticket }: Ticket): Promise<void> {
    await this.wire.command(ticketSchema, this.clerk, `/tickets/${ticket}/service`, {});
  }

  async finish({ ticket }: Ticket, cases: readonly string[]): Promise<void> {
    await this.wire.command(ticketSchema, this.clerk, `/tickets/${ticket}/finish`, { cases });
  }
}
