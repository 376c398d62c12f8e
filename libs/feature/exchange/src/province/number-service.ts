import type { NumberParts } from '@tongban/domain/exchange';
import { ok, refuse, type Clock, type Instant, type Result, type Uuid } from '@tongban/kernel';
import { signDetached } from '@tongban/platform/signing';
import { z } from 'zod';
import type { NumberSource, ProvinceAddress } from '../ports.js';
import { endpoint, readBody, reasonOf } from './body.js';

const timeoutMs = 10_000;
const answerMaxBytes = 16 * 1024;
/** After a failure nobody is asked for so long: the cases that wait must not each wait for a time-out. */
const restMs = 30_000;
const told = z.object({ key: z.uuid(), projectno: z.string().max(50) });

/**
 * The province's numbering service: `POST /exchange/v1/numbers`, signed both ways. The record is the key of the question, so
 * that whoever asks twice is given the same number.
 */
export class NumberService implements NumberSource {
  private restsUntil: Instant = 0;

  constructor(
    private readonly address: ProvinceAddress,
    private readonly clock: Clock,
  ) {}

  /** Refuses with service.unavailable, or exchange.answer for an answer that cannot be relied on. */
  async next(record: Uuid, parts: NumberParts): Promise<Result<string>> {
    if (this.clock.now() < this.restsUntil) return refuse('service.unavailable', '省级编号服务暂时不可用');
    const given = await this.ask(record, parts);
    if (!given.ok) this.restsUntil = this.clock.now() + restMs;
    return given;
  }

  private async ask(key: Uuid, { implementationCode, day, applyType }: NumberParts): Promise<Result<string>> {
    const { url, signer, keys, fetch } = this.address;
    const body = Buffer.from(JSON.stringify({ key, taskcode: implementationCode, date: day, applytype: applyType }));
    try {
      const response = await fetch(endpoint(url, '/exchange/v1/numbers'), {
        method: 'POST',
        body,
        headers: {
          'content-type': 'application/json',
          'idempotency-key': key,
          'x-jws-signature': await signDetached(await signer(), body),
        },
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutMs),
      });
      if (response.status !== 200) return refuse('service.unavailable', `省级编号服务答复 HTTP ${response.status}`);
      const bytes = await readBody(response, answerMaxBytes);
      const verified = await keys.verify(response.headers.get('x-jws-signature') ?? '', bytes);
      if (!verified.ok) return verified;
      const answer = told.safeParse(JSON.parse(Buffer.from(bytes).toString('utf8')));
      return answer.success && answer.data.key === key
        ? ok(answer.data.projectno)
        : refuse('exchange.answer', '省级编号服务的答复与所问不符');
    } catch (error) {
      return refuse('service.unavailable', `省级编号服务不可用：${reasonOf(error)}`);
    }
  }
}
