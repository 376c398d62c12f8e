import { maxInboxMessages, readInbox, type InboxMessage } from '@tongban/domain/exchange';
import { ok, refuse, type Result } from '@tongban/kernel';
import { signDetached } from '@tongban/platform/signing';
import { z } from 'zod';
import type { InboxReply, ProvinceAddress, ProvinceInbox } from '../ports.js';
import { endpoint, readBody, reasonOf } from './body.js';

const timeoutMs = 20_000;
const answerMaxBytes = 2 * 1024 * 1024;
const confirmed = z.object({ id: z.uuid(), outcome: z.string() });

/** What the province has for us, fetched over HTTPS and signed both ways. */
export class HttpsInbox implements ProvinceInbox {
  constructor(private readonly address: ProvinceAddress) {}

  async fetch(after: number): Promise<Result<InboxMessage[]>> {
    const answered = await this.ask('/exchange/v1/inbox', { after, limit: maxInboxMessages });
    return answered.ok ? readInbox(after, answered.value) : answered;
  }

  async reply(reply: InboxReply): Promise<Result<void>> {
    const answered = await this.ask('/exchange/v1/inbox/replies', reply);
    if (!answered.ok) return answered;
    const read = confirmed.safeParse(answered.value);
    return read.success && read.data.id === reply.id && read.data.outcome === reply.outcome
      ? ok(undefined)
      : refuse('exchange.answer', '省级平台没有确认这条答复');
  }

  private async ask(path: `/${string}`, question: object): Promise<Result<unknown>> {
    const { url, signer, keys, fetch } = this.address;
    const body = Buffer.from(JSON.stringify(question));
    try {
      const response = await fetch(endpoint(url, path), {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json', 'x-jws-signature': await signDetached(await signer(), body) },
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutMs),
      });
      if (response.status !== 200) return refuse('service.unavailable', `省级平台答复 HTTP ${response.status}`);
      const bytes = await readBody(response, answerMaxBytes);
      const verified = await keys.verify(response.headers.get('x-jws-signature') ?? '', bytes);
      return verified.ok ? ok(JSON.parse(Buffer.from(bytes).toString('utf8'))) : verified;
    } catch (error) {
      return refuse('service.unavailable', `省级平台不可用：${reasonOf(error)}`);
    }
  }
}
