import { policy } from '@tongban/domain/policy';
import { Controller, Inject } from '@nestjs/common';
import { derivedId, type Transactor } from '@tongban/federation/nest';
import type { Keystore } from '@tongban/journal';
import { isoInstant, refuse } from '@tongban/kernel';
import { answer, defineRoute, Route, type Call } from '@tongban/platform/http';
import { deviceKeySchema, issueGrant, maxGrantHours } from '@tongban/platform/identity';
import { z } from 'zod';
import { countServing, insertGrant, listGrants, maxGrantsOfPerson, revokeGrant, type GrantRow } from './grant-store.js';

export const OFFLINE = Symbol('offline');

export interface OfflineTools {
  readonly transactor: Transactor;
  readonly keystore: Pick<Keystore, 'sign'>;
  readonly clock: { now(): number };
}

const usualHours = 24;
const instant = z.iso.datetime();
const issue = defineRoute({
  method: 'POST',
  path: '/nodes/{node}/offline-grants',
  operationId: 'issueOfflineGrant',
  summary: '在线时为本人的一台设备申领离线登录凭证；与身份认证服务断开后凭此登录，恢复即失效',
  ...policy.issueOfflineGrant,
  command: true,
  body: z
    .strictObject({
      device: deviceKeySchema.strict().meta({ description: '设备公钥（P-256 JWK），私钥不得离开设备' }),
      hours: z.int().min(1).max(maxGrantHours).default(usualHours),
    })
    .meta({ id: 'OfflineGrantOrder' }),
  response: { 201: z.object({ id: z.uuid(), token: z.string(), expiresAt: instant }) },
  refusals: ['identity.offline-device', 'identity.offline-grants', 'identity.invalid', 'request.key-reused'],
});
const list = defineRoute({
  method: 'GET',
  path: '/nodes/{node}/offline-grants',
  operationId: 'listOfflineGrants',
  summary: '离线登录凭证：工作人员看本人的，安全管理员看本级全部',
  ...policy.listOfflineGrants,
  response: z.object({
    grants: z.array(
      z
        .object({
          ...{ id: z.uuid(), subject: z.string(), roles: z.array(z.string()), device: z.string() },
          ...{ issuedAt: instant, expiresAt: instant, lastUsedAt: instant.nullable(), revokedAt: instant.nullable() },
        })
        .meta({ id: 'OfflineGrant' }),
    ),
  }),
  refusals: [],
});
const revoke = defineRoute({
  method: 'POST',
  path: '/nodes/{node}/offline-grants/{grant}/revocation',
  operationId: 'revokeOfflineGrant',
  summary: '撤销离线登录凭证（设备遗失、人员调离）；断网期间在本级也即时生效',
  ...policy.revokeOfflineGrant,
  command: true,
  params: z.object({ grant: z.uuid() }),
  response: 'none',
  refusals: ['identity.offline-unknown'],
});

@Controller()
export class OfflineController {
  constructor(@Inject(OFFLINE) private readonly tools: OfflineTools) {}

  @Route(issue)
  async issue({ node, person, key, body }: Call<typeof issue>) {
    const { transactor, keystore, clock } = this.tools;
    const now = clock.now();
    const id = derivedId(key, `offline grant ${person.subject}`);
    const made = issueGrant({ id, node, person, ...body }, keystore, now);
    if (!made.ok) return refuse(made.refusal.code, made.refusal.detail, made.refusal.params);
    const { grant, token } = made.value;
    const refused = await transactor.run(async (sql) => {
      const serving = await countServing(sql, node, person.subject, now);
      if (serving >= maxGrantsOfPerson)
        return refuse('identity.offline-grants', `每人至多 ${maxGrantsOfPerson} 份有效的离线登录凭证，请先撤销不用的`);
      // A token is given out once: whoever lost the answer asks under another key.
      if ((await listGrants(sql, node, person.subject)).some((kept) => kept.id === id))
        return refuse('request.key-reused', '这份离线登录凭证已经签发');
      await insertGrant(sql, grant);
      return undefined;
    });
    return refused ?? answer(201, { id, token, expiresAt: isoInstant(grant.expiresAt) });
  }

  @Route(list)
  async list({ node, role, person }: Call<typeof list>) {
    const subject = role === 'security-administrator' ? null : person.subject;
    const rows = await this.tools.transactor.run((sql) => listGrants(sql, node, subject));
    return { grants: rows.map(shown) };
  }

  @Route(revoke)
  async revoke({ node, role, person, params }: Call<typeof revoke>) {
    const { transactor, clock } = this.tools;
    const subject = role === 'security-administrator' ? null : person.subject;
    const isDone = await transactor.run((sql) =>
      revokeGrant(sql, node, params.grant, subject, person.subject, clock.now()),
    );
    return isDone ? undefined : refuse('identity.offline-unknown', '没有这份离线登录凭证');
  }
}

const timeOf = (at: Date | null): string | null => at?.toISOString() ?? null;

const shown = ({ id, subject, roles, device, ...at }: GrantRow) => ({
  ...{ id, subject, device, roles: [...roles] },
  ...{ issuedAt: at.issued_at.toISOString(), expiresAt: at.expires_at.toISOString() },
  ...{ lastUsedAt: timeOf(at.last_used_at), revokedAt: timeOf(at.revoked_at) },
});
