import type { JsonObject, Refusal, Uuid } from '@tongban/kernel';
import type { Order, OrderStage } from '../store/order-store.js';

/** What became of a message when it was worked on. */
export interface Handled {
  readonly stage: OrderStage;
  /** There is nothing more to do about it but to tell. */
  readonly done: boolean;
  /** To be told with the outcome; sealed before it is kept. */
  readonly answer?: JsonObject;
  readonly code?: string;
  readonly record?: Uuid;
  readonly application?: Uuid;
  readonly attempt?: number;
  /** It waits for others, not because something failed. */
  readonly againMs?: number;
}

/** Works on a message of one kind; may be asked again after any step, with the same outcome. */
export type InboxHandler = (order: Order) => Promise<Handled>;

export const refusedWith = ({ code, detail }: Refusal): Handled => ({
  ...{ stage: 'refused', done: true, code },
  answer: { text: detail },
});

/** Tried again after a while, each time later. */
export const notYet: Handled = { stage: 'open', done: false };
