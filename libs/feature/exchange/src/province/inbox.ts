import { maxInboxMessages, readInbox, type InboxMessage } from '@tongban/domain/exchange';
import { ok, refuse, type Result, type Uuid } from '@tongban/kernel';
import { signDetached } from '@tongban/platform/signing';
import { z } from 'zod';
import type { InboxReply, ProvinceAddress, ProvinceInbox } from '../ports.js';
import { endpoint, readBody, reasonOf } from './body.js';

const timeoutMs = 20_000;
const fileTimeoutMs = 120_000;
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

  file(id: Uuid, place: number, maxBytes: number): Promise<Result<Uint8Array>> {
    return this.askBytes('/exchange/v1/inbox/files', { id, place }, { maxBytes, timeoutMs: fileTimeoutMs });
  }

  private async ask(path: `/${string}`, question: object): Promise<Result<unknown>> {
    const bytes = await this.askBytes(path, question, { maxBytes: answerMaxBytes, timeoutMs });
    if (!bytes.ok) return bytes;
    try {
      return ok(JSON.parse(Buffer.from(bytes.value).toString('utf8')));
    } catch {
      return refuse('exchange.answer', '省级平台的应答不是 JSON');
    }
  }

  private async askBytes(
    path: `/${string}`,
    question: object,
    limits: { readonly maxBytes: number; readonly timeoutMs: number },
  ): Promise<Result<Uint8Array>> {
    const { url, signer, keys, fetch } = this.address;
    const body = Buffer.from(JSON.stringify(question));
    try {
      const response = await fetch(endpoint(url, path), {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json', 'x-jws-signature': await signDetached(await signer(), body) },
        redirect: 'error',
        signal: AbortSignal.timeout(limits.timeoutMs),
      });
      if (response.status !== 200) return refuse('service.unavailable', `省级平台答复 HTTP ${response.status}`);
      const bytes = await readBody(response, limits.maxBytes);
      const verified = await keys.verify(response.headers.get('x-jws-signature') ?? '', bytes);
      return verified.ok ? ok(bytes) : verified;
    } catch (error) {
      return refuse('service.unavailable', `省级平台不可用：${reasonOf(error)}`);
    }
  }
}
