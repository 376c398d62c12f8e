import { ok, refuse, type Clock, type Instant, type NodeCode, type Result } from '@tongban/kernel';
import type { Person, TokenVerifier } from '../person.js';
import { offlinePrefix, readPresented, type GrantChecker, type PresentedGrant } from './grant.js';
import { clockMarkMs, maxGrantHours, maxProofMinutes, offlineSkewMs } from './limits.js';

const secondMs = 1000;
const hourMs = 3_600_000;

/** What a host keeps of the grants that it issued. */
export interface GrantStore {
  /** Undefined for a grant that this host has not issued. */
  find(id: string): Promise<{ readonly isRevoked: boolean } | undefined>;
  /** Writes that the grant served, and how late it is; the latest time ever written stays. */
  markUsed(id: string, now: Instant): Promise<void>;
  /** The latest time at which anything was marked; 0 when nothing was. */
  latest(): Promise<Instant>;
}

export interface OfflineVerifierOptions {
  /** Takes every other token. */
  readonly online: TokenVerifier & { isReachable(): Promise<boolean> };
  readonly checker: GrantChecker;
  readonly serves: (node: NodeCode) => boolean;
  readonly store: GrantStore;
  readonly clock: Clock;
}

/**
 * Lets staff of a node that is cut off log in with a grant that was issued while the line was up. Whatever cannot be made
 * sure of is refused: another device, a time that went back, a line that is up again, a grant nobody here knows.
 */
export class OfflineVerifier implements TokenVerifier {
  /** The latest time seen by this process, and when it was written. */
  #latest: Instant = 0;
  readonly #marked = new Map<string, Instant>();

  constructor(private readonly options: OfflineVerifierOptions) {}

  async verify(bearer: string): Promise<Result<Person>> {
    if (!bearer.startsWith(`${offlinePrefix}.`)) return this.options.online.verify(bearer);
    const presented = readPresented(bearer, this.options.checker);
    if (!presented.ok) return presented;
    if (!this.options.serves(presented.value.grant.node))
      return refuse('identity.invalid', '离线登录凭证不是本级签发的');
    try {
      return await this.#judge(presented.value);
    } catch {
      // Without the host's own records nobody can say whether the grant was revoked.
      return refuse('identity.unavailable', '暂时无法核对离线登录凭证');
    }
  }

  async #judge({ grant, proof }: PresentedGrant): Promise<Result<Person>> {
    const now = this.options.clock.now();
    this.#latest = Math.max(this.#latest, await this.options.store.latest());
    if (now < this.#latest - offlineSkewMs || now < grant.issuedAt - offlineSkewMs)
      return refuse('identity.clock', '本机时间早于最近一次办理的时间，请先校准时间');
    this.#latest = Math.max(this.#latest, now);
    const timely = checkTimes({ grant, proof }, now);
    if (!timely.ok) return timely;
    if (await this.options.online.isReachable())
      return refuse('identity.offline-line-up', '与身份认证服务的连接正常，请正常登录');
    const kept = await this.options.store.find(grant.id);
    if (kept === undefined) return refuse('identity.invalid', '本级没有签发过这份离线登录凭证');
    if (kept.isRevoked) return refuse('identity.offline-revoked', '离线登录凭证已被撤销');
    await this.#mark(grant.id, now);
    const { roles, ...person } = grant.person;
    return ok({
      ...{ subject: person.subject, roles, division: grant.node, authenticatedAt: grant.issuedAt },
      ...(person.username === undefined ? {} : { username: person.username }),
      ...(person.name === undefined ? {} : { name: person.name }),
      ...(person.department === undefined ? {} : { department: person.department }),
      ...{ tokenId: grant.id, offlineGrant: grant.id },
    });
  }

  /** Written before the first request is let in: a clock that is set back after a restart is found out. */
  async #mark(id: string, now: Instant): Promise<void> {
    const markedAt = this.#marked.get(id);
    if (markedAt !== undefined && now - markedAt < clockMarkMs) return;
    await this.options.store.markUsed(id, now);
    for (const [other, at] of this.#marked) if (now - at > maxGrantHours * hourMs) this.#marked.delete(other);
    this.#marked.set(id, now);
  }
}

function checkTimes({ grant, proof }: PresentedGrant, now: Instant): Result<undefined> {
  if (now >= Math.min(grant.expiresAt, grant.issuedAt + maxGrantHours * hourMs))
    return refuse('identity.expired', '离线登录凭证已过有效期');
  const [begins, ends] = [proof.iat * secondMs, proof.exp * secondMs];
  if (begins > now + offlineSkewMs) return refuse('identity.clock', '设备时间快于本机时间，请先校准时间');
  const until = Math.min(ends, begins + maxProofMinutes * 60 * secondMs);
  return now < until + offlineSkewMs ? ok(undefined) : refuse('identity.expired', '登录请求已过有效期，请重新登录');
}
