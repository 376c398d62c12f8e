import { readAnswer, type BatchBody, type Statement } from '@tongban/domain/exchange';
import { signDetached } from '@tongban/platform/signing';
import type { Result } from '@tongban/kernel';
import { z } from 'zod';
import type { BatchOnItsWay, Carrier, Sending } from '../carrier.js';
import { usualLimits, type ExchangeLimits, type ExchangeLog, type ProvinceAddress } from '../ports.js';
import { endpoint, readBody, reasonOf } from './body.js';
import { fetchStatement } from './statement.js';

/** Malformed, key used for another body, too large, media type, content: sending the same again cannot help. */
const refusedStatuses: readonly number[] = [400, 409, 413, 415, 422];
const signatureHeader = 'x-jws-signature';
const problemMaxBytes = 64 * 1024;
const problem = z.object({ code: z.string().max(100) });

const failed = (reason: string): Sending => ({ kind: 'failed', reason });

/** HTTPS with a detached signature over the body; the answer is signed by the province. */
export class HttpsCarrier implements Carrier {
  constructor(
    private readonly address: ProvinceAddress,
    private readonly log: ExchangeLog,
    private readonly limits: Pick<ExchangeLimits, 'requestTimeoutMs' | 'answerMaxBytes'> = usualLimits,
  ) {}

  async send({ id, bytes, body }: BatchOnItsWay, stop: AbortSignal): Promise<Sending> {
    const { url, signer, fetch } = this.address;
    try {
      const response = await fetch(endpoint(url, '/exchange/v1/batches'), {
        method: 'POST',
        body: Buffer.from(bytes),
        headers: {
          'content-type': 'application/json',
          'idempotency-key': id,
          [signatureHeader]: await signDetached(await signer(), bytes),
        },
        redirect: 'error',
        signal: AbortSignal.any([stop, AbortSignal.timeout(this.limits.requestTimeoutMs)]),
      });
      return await this.readSending(response, body);
    } catch (error) {
      return failed(reasonOf(error));
    }
  }

  statement(day: string): Promise<Result<Statement>> {
    return fetchStatement(this.address, this.limits.requestTimeoutMs, this.log, day);
  }

  private async readSending(response: Response, sent: BatchBody): Promise<Sending> {
    const { status } = response;
    if (status !== 200) {
      const reason = `HTTP ${status}${await problemCodeOf(response)}`;
      return refusedStatuses.includes(status) ? { kind: 'refused', reason } : failed(reason);
    }
    const bytes = await readBody(response, this.limits.answerMaxBytes);
    const signature = response.headers.get(signatureHeader) ?? '';
    const verified = await this.address.keys.verify(signature, bytes);
    if (!verified.ok) return failed(`${verified.refusal.code}: ${verified.refusal.detail}`);
    const answer = readAnswer(sent, bytes);
    return answer.ok
      ? { kind: 'answered', answer: answer.value, bytes, signature }
      : failed(`${answer.refusal.code}: ${answer.refusal.detail}`);
  }
}

async function problemCodeOf(response: Response): Promise<string> {
  try {
    const text = Buffer.from(await readBody(response, problemMaxBytes)).toString('utf8');
    return ` ${problem.parse(JSON.parse(text)).code}`;
  } catch {
    return '';
  }
}
