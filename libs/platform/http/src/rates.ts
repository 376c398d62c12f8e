import rateLimit, { normalizeIP } from '@fastify/rate-limit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { RequestRefusal } from './request-refusal.js';
import { specOf, stateOf } from './request-state.js';

/** Requests a minute. Counted by each process for itself. */
export interface RateLimits {
  readonly perPerson: number;
  /** Routes that ask for nobody, by address. */
  readonly publicPerAddress: number;
  /** Routes that ask for a code, e.g. a query code: by what is asked for, from wherever, and by address. */
  readonly guessesPerTarget: number;
  readonly guessesPerAddress: number;
  /** Requests with a token that was refused; more than these, and the address is not heard any more. */
  readonly refusedPerAddress: number;
}

export const usualRates: RateLimits = {
  perPerson: 3_000,
  publicPerAddress: 1_200,
  guessesPerTarget: 20,
  guessesPerAddress: 60,
  refusedPerAddress: 300,
};

const windowMs = 60_000;
/** One subscriber's network. */
const ipv6SubnetBits = 64;

/** Forbidden or not found: how routes answer a wrong code. */
const wrongCode: readonly number[] = [403, 404];
const bringsCode = (body: unknown): boolean =>
  typeof body === 'object' && body !== null && ('code' in body || 'queryCode' in body);

type Limiter = ReturnType<FastifyInstance['createRateLimit']>;

export interface Rates {
  /** Before the token is looked at. @throws RequestRefusal request.too-many */
  arrive(request: FastifyRequest, reply: FastifyReply): Promise<void>;
  /** Once the person is known. @throws RequestRefusal request.too-many */
  admitted(request: FastifyRequest, reply: FastifyReply): Promise<void>;
  answered(request: FastifyRequest, status: number): Promise<void>;
}

/** Counts in memory, bounded in keys; a caller beyond a limit is refused until its minute is over. */
export async function limitRates(server: FastifyInstance, limits: RateLimits): Promise<Rates> {
  await server.register(rateLimit, { global: false });
  const limiter = (max: number, keyGenerator: (request: FastifyRequest) => string): Limiter =>
    server.createRateLimit({ max, timeWindow: windowMs, keyGenerator });
  const address = (request: FastifyRequest): string => normalizeIP(request.ip, ipv6SubnetBits);
  const target = ({ url }: FastifyRequest): string => url.split('?', 1)[0] ?? url;
  const person = limiter(limits.perPerson, (request) => stateOf(request).person?.subject ?? address(request));
  const open = limiter(limits.publicPerAddress, address);
  const guessed = limiter(limits.guessesPerTarget, target);
  const guessing = limiter(limits.guessesPerAddress, address);
  const refused = limiter(limits.refusedPerAddress, address);
  // Apart from those above: who is right is not counted here, and is not held up by who only asks for progress.
  const wrong = limiter(limits.guessesPerTarget, target);
  const wrongs = limiter(limits.guessesPerAddress, address);
  const guess = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    await pass(guessed, request, reply);
    await pass(guessing, request, reply);
  };
  return {
    async arrive(request, reply) {
      const spec = specOf(request);
      if (spec === undefined) return;
      if (spec.roles !== 'public') return pass(refused, request, reply, { increment: false });
      await pass(open, request, reply);
      if (spec.guessable === true) await guess(request, reply);
    },
    async admitted(request, reply) {
      if (stateOf(request).person === undefined) return;
      await pass(person, request, reply);
      const guessable = specOf(request)?.guessable;
      if (guessable === true) await guess(request, reply);
      if (guessable !== 'whenRefused') return;
      await pass(wrong, request, reply, { increment: false });
      await pass(wrongs, request, reply, { increment: false });
    },
    async answered(request, status) {
      const spec = specOf(request);
      if (status === 401 && spec !== undefined) await refused(request);
      if (spec?.guessable !== 'whenRefused' || !wrongCode.includes(status) || !bringsCode(request.body)) return;
      await wrong(request);
      await wrongs(request);
    },
  };
}

async function pass(
  limiter: Limiter,
  request: FastifyRequest,
  reply: FastifyReply,
  options: { readonly increment?: boolean } = {},
): Promise<void> {
  const verdict = await limiter(request, options);
  if (verdict.isAllowed || !verdict.isExceeded) return;
  reply.header('retry-after', verdict.ttlInSeconds);
  throw new RequestRefusal('request.too-many', `请求过于频繁，请在 ${verdict.ttlInSeconds} 秒后重试`);
}
