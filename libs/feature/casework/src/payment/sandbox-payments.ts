import { createHmac, timingSafeEqual } from 'node:crypto';
import { canonicalJson, ok, refuse, type Result } from '@tongban/kernel';
import type { Clock, PaymentOrder, PaymentProvider, ProviderReceipt } from '../ports.js';

/** Orders that the sandbox remembers; the oldest goes first. */
export const maxSandboxOrders = 10_000;
const payCodeDigits = 20;

interface Order extends PaymentOrder {
  signed?: { readonly receipt: ProviderReceipt; readonly signature: Buffer };
}

/**
 * Stands in for a payment platform in development and tests: keeps orders in memory, takes no money, and signs its
 * receipts as a real one would, so that what is found is checked and not believed.
 */
export class SandboxPayments implements PaymentProvider {
  readonly name = 'sandbox';
  isDown = false;
  private readonly orders = new Map<string, Order>();

  constructor(
    private readonly secret: Uint8Array,
    private readonly clock: Clock,
  ) {}

  open(order: PaymentOrder): Promise<Result<{ readonly payCode: string }>> {
    if (this.isDown) return Promise.resolve(unavailable());
    const payCode = this.payCodeOf(order.noticeNumber);
    if (!this.orders.has(payCode)) {
      const [oldest] = this.orders.keys();
      if (oldest !== undefined && this.orders.size >= maxSandboxOrders) this.orders.delete(oldest);
      this.orders.set(payCode, { ...order });
    }
    return Promise.resolve(ok({ payCode }));
  }

  find(order: PaymentOrder): Promise<Result<ProviderReceipt | undefined>> {
    if (this.isDown) return Promise.resolve(unavailable());
    const signed = this.orders.get(this.payCodeOf(order.noticeNumber))?.signed;
    if (signed === undefined) return Promise.resolve(ok(undefined));
    const genuine = timingSafeEqual(this.sign(signed.receipt), signed.signature);
    return Promise.resolve(genuine ? ok(signed.receipt) : refuse('fee.provider-unavailable', '缴费回执签名不正确'));
  }

  /** The payer's part. False for an unknown code; paying twice changes nothing. */
  pay(payCode: string): boolean {
    const order = this.orders.get(payCode);
    if (order === undefined) return false;
    if (order.signed === undefined) {
      const { noticeNumber, amountFen } = order;
      const receipt = { noticeNumber, amountFen, receiptNumber: `SB${payCode}`, paidAt: this.clock.now() };
      order.signed = { receipt, signature: this.sign(receipt) };
    }
    return true;
  }

  private payCodeOf(noticeNumber: string): string {
    const digest = createHmac('sm3', this.secret).update(`order ${noticeNumber}`).digest('hex');
    return BigInt(`0x${digest}`).toString().slice(0, payCodeDigits);
  }

  private readonly sign = (receipt: ProviderReceipt): Buffer =>
    createHmac('sm3', this.secret)
      .update(canonicalJson({ ...receipt }))
      .digest();
}

const unavailable = (): Result<never> => refuse('fee.provider-unavailable', '网上缴费暂不可用，请到收费窗口缴费');
