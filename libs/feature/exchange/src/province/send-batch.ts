import { readAnswer, signDetached, type BatchAnswer, type BatchBody } from '@tongban/domain/exchange';
import type { Uuid } from '@tongban/kernel';
import { z } from 'zod';
import { limitsOf, type ExchangeTools } from '../ports.js';
import { endpoint, readBody, reasonOf } from './body.js';

/**
 * How a sending ended. `failed`: nobody knows whether the province has worked on it, so the same bytes go again under the
 * same key. `refused`: the province says that it has not and will not.
 */
export type Sending =
  | {
      readonly kind: 'answered';
      readonly answer: BatchAnswer;
      readonly bytes: Uint8Array;
      readonly signature: string;
    }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string };

/** Malformed, key used for another body, too large, media type, content: sending the same again cannot help. */
const refusedStatuses: readonly number[] = [400, 409, 413, 415, 422];
const signatureHeader = 'x-jws-signature';
const problemMaxBytes = 64 * 1024;
const problem = z.object({ code: z.string().max(100) });

const failed = (reason: string): Sending => ({ kind: 'failed', reason });

/** Sends the bytes of a batch once, within the time-out. `stop` breaks the wait off. */
export async function sendBatch(
  tools: ExchangeTools,
  id: Uuid,
  bytes: Uint8Array,
  stop: AbortSignal,
): Promise<Sending> {
  const { url, signer, fetch } = tools.province;
  const { requestTimeoutMs } = limitsOf(tools);
  try {
    const response = await fetch(endpoint(url, '/exchange/v1/batches'), {
      method: 'POST',
      body: bytes,
      headers: {
        'content-type': 'application/json',
        'idempotency-key': id,
        [signatureHeader]: await signDetached(signer, bytes),
      },
      redirect: 'error',
      signal: AbortSignal.any([stop, AbortSignal.timeout(requestTimeoutMs)]),
    });
    return await readSending(tools, response, bytes);
  } catch (error) {
    return failed(reasonOf(error));
  }
}

async function readSending(tools: ExchangeTools, response: Response, sent: Uint8Array): Promise<Sending> {
  const { status } = response;
  if (status !== 200) {
    const reason = `HTTP ${status}${await problemCodeOf(response)}`;
    return refusedStatuses.includes(status) ? { kind: 'refused', reason } : failed(reason);
  }
  const bytes = await readBody(response, limitsOf(tools).answerMaxBytes);
  const signature = response.headers.get(signatureHeader) ?? '';
  const verified = await tools.province.keys.verify(signature, bytes);
  if (!verified.ok) return failed(`${verified.refusal.code}: ${verified.refusal.detail}`);
  const body = JSON.parse(Buffer.from(sent).toString('utf8')) as BatchBody;
  const answer = readAnswer(body, bytes);
  return answer.ok
    ? { kind: 'answered', answer: answer.value, bytes, signature }
    : failed(`${answer.refusal.code}: ${answer.refusal.detail}`);
}

async function problemCodeOf(response: Response): Promise<string> {
  try {
    const text = Buffer.from(await readBody(response, problemMaxBytes)).toString('utf8');
    return ` ${problem.parse(JSON.parse(text)).code}`;
  } catch {
    return '';
  }
}
