import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Transactor } from '@tongban/federation/nest';
import { canonicalJson, ok, refuse, type Result } from '@tongban/kernel';
import type { Clock, PaymentOrder, PaymentProvider, ProviderReceipt } from '../ports.js';

const payCodeDigits = 20;

interface Row {
  readonly receipt: ProviderReceipt | null;
  readonly signature: Buffer | null;
}

/**
 * Stands in for a payment platform in development and tests: keeps orders in tables of its own, takes no money, and
 * signs its receipts as a real one would, so that what is found is checked and not believed.
 */
export class SandboxPayments implements PaymentProvider {
  readonly name = 'sandbox';
  isDown = false;

  constructor(
    private readonly secret: Uint8Array,
    private readonly clock: Clock,
    private readonly transactor: Transactor,
  ) {}

  async open({ noticeNumber, amountFen }: PaymentOrder): Promise<Result<{ readonly payCode: string }>> {
    if (this.isDown) return unavailable();
    const payCode = this.payCodeOf(noticeNumber);
    await this.transactor.run((sql) =>
      sql.query(
        `insert into sandbox_payment (pay_code, notice_number, amount_fen) values ($1, $2, $3)
         on conflict on constraint sandbox_payment_pk do nothing`,
        [payCode, noticeNumber, amountFen],
      ),
    );
    return ok({ payCode });
  }

  async find({ noticeNumber }: PaymentOrder): Promise<Result<ProviderReceipt | undefined>> {
    if (this.isDown) return unavailable();
    const [row] = await this.transactor.run((sql) =>
      sql.query<Row>('select receipt, signature from sandbox_payment where pay_code = $1', [
        this.payCodeOf(noticeNumber),
      ]),
    );
    if (row === undefined || row.receipt === null || row.signature === null) return ok(undefined);
    const expected = this.sign(row.receipt);
    const isGenuine = expected.length === row.signature.length && timingSafeEqual(expected, row.signature);
    return isGenuine ? ok(row.receipt) : refuse('fee.provider-unavailable', '缴费回执签名不正确');
  }

  async giveBack({ noticeNumber }: PaymentOrder, { receiptNumber }: ProviderReceipt): Promise<Result<void>> {
    if (this.isDown) return unavailable();
    await this.transactor.run((sql) =>
      sql.query(
        `update sandbox_payment set returned_at = coalesce(returned_at, $2)
          where pay_code = $1 and receipt->>'receiptNumber' = $3`,
        [this.payCodeOf(noticeNumber), new Date(this.clock.now()).toISOString(), receiptNumber],
      ),
    );
    return ok(undefined);
  }

  /**
   * The payer's part: undefined for an unknown code; paying twice changes nothing. `amountFen` pays another sum than
   * was asked, which a real platform makes possible too.
   */
  async pay(payCode: string, amountFen?: number): Promise<ProviderReceipt | undefined> {
    return this.transactor.run(async (sql) => {
      const [order] = await sql.query<Row & { notice_number: string; amount_fen: number }>(
        `select notice_number, amount_fen::float8 as amount_fen, receipt from sandbox_payment where pay_code = $1
            for update`,
        [payCode],
      );
      if (order === undefined || order.receipt !== null) return order?.receipt ?? undefined;
      const receipt: ProviderReceipt = {
        noticeNumber: order.notice_number,
        amountFen: amountFen ?? order.amount_fen,
        receiptNumber: `SB${payCode}`,
        paidAt: this.clock.now(),
      };
      await sql.query('update sandbox_payment set receipt = $2, signature = $3 where pay_code = $1', [
        payCode,
        JSON.stringify(receipt),
        this.sign(receipt),
      ]);
      return receipt;
    });
  }

  private payCodeOf(noticeNumber: string): string {
    const digest = createHmac('sm3', this.secret).update(`order ${noticeNumber}`).digest('hex');
    return BigInt(`0x${digest}`).toString().padStart(payCodeDigits, '0').slice(0, payCodeDigits);
  }

  private sign(receipt: ProviderReceipt): Buffer {
    return createHmac('sm3', this.secret)
      .update(canonicalJson({ ...receipt }))
      .digest();
  }
}

const unavailable = (): Result<never> => refuse('fee.provider-unavailable', '网上缴费暂不可用，请到收费窗口缴费');
