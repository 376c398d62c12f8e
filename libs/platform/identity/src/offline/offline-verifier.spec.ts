import { nodeCode, ok, roles } from '@tongban/kernel';
import fc from 'fast-check';
import { issueGrant, thumbprintOf, type DeviceProof, type GrantOrder } from './grant.js';
import { Device, nodeKeys } from './offline.fixture.js';
import { maxGrantHours, offlineRoles } from './limits.js';
import { OfflineVerifier, type GrantStore } from './offline-verifier.js';

const village = nodeCode('371102001001');
const township = nodeCode('371102001000');
const start = Date.parse('2026-03-02T01:00:00Z');
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const id = '01890000-0000-7000-8000-00000000000a';

class Grants implements GrantStore {
  readonly issued = new Map<string, { isRevoked: boolean }>([[id, { isRevoked: false }]]);
  latestAt = 0;
  broken = false;
  find = (grant: string) =>
    this.broken ? Promise.reject(new Error('no database')) : Promise.resolve(this.issued.get(grant));
  markUsed = (_grant: string, now: number) => {
    this.latestAt = Math.max(this.latestAt, now);
    return Promise.resolve();
  };
  latest = () => Promise.resolve(this.latestAt);
}

const keys = nodeKeys();
const device = new Device();
const li = { subject: 'li', name: '李会计', roles: ['clerk', 'auditor'], division: village } as const;
const order: GrantOrder = { id, node: village, person: li, device: device.key, hours: 24 };
const granted = (changes: Partial<GrantOrder> = {}): string => {
  const issued = issueGrant({ ...order, ...changes }, keys, start);
  if (!issued.ok) throw new Error(issued.refusal.code);
  return issued.value.token;
};

function site() {
  const line = { up: false };
  const clock = { at: start + hourMs };
  const store = new Grants();
  const open = () =>
    new OfflineVerifier({
      online: {
        verify: () => Promise.resolve(ok({ subject: 'online', roles: [], authenticatedAt: 0 })),
        isReachable: () => Promise.resolve(line.up),
      },
      checker: keys,
      serves: (node) => node === village,
      store,
      clock: { now: () => clock.at },
    });
  return { line, clock, store, open, verifier: open() };
}
const proofAt = (at: number, changes: Partial<DeviceProof> = {}): DeviceProof => ({
  ...{ grant: id, node: village, iat: at / 1000, exp: at / 1000 + 300 },
  ...changes,
});
async function codeOf(result: Promise<{ ok: boolean; refusal?: { code: string } }>): Promise<string | undefined> {
  const { ok: isOk, refusal } = await result;
  return isOk ? undefined : refusal?.code;
}

describe('an offline login', () => {
  it('is taken while the line is cut, from the device it was granted to, and is marked', async () => {
    const { verifier, clock } = site();
    expect(await verifier.verify(device.present(granted(), proofAt(clock.at)))).toEqual({
      ok: true,
      value: {
        ...{ subject: 'li', name: '李会计', roles: ['clerk'], division: village, authenticatedAt: start },
        ...{ tokenId: id, offlineGrant: id },
      },
    });
  });

  it('leaves every other token to the provider', async () => {
    const { verifier } = site();
    expect(await verifier.verify('a.b.c')).toMatchObject({ value: { subject: 'online' } });
  });

  it('is refused from another device, though the grant was stolen', async () => {
    const { verifier, clock } = site();
    const thief = new Device();
    expect(await codeOf(verifier.verify(thief.present(granted(), proofAt(clock.at))))).toBe('identity.offline-device');
    const presented = device.present(granted(), proofAt(clock.at));
    const other = granted({ device: thief.key });
    const [prefix, , , ...rest] = presented.split('.');
    expect(await codeOf(verifier.verify([prefix, other, ...rest].join('.')))).toBe('identity.offline-device');
  });

  it('is refused where the device signed for another grant or place', async () => {
    const { verifier, clock } = site();
    for (const changes of [{ grant: '01890000-0000-7000-8000-00000000000b' }, { node: township }])
      expect(await codeOf(verifier.verify(device.present(granted(), proofAt(clock.at, changes))))).toBe(
        'identity.offline-device',
      );
  });

  it('ends with the grant, which never lasts longer than its bound', async () => {
    const { verifier, clock } = site();
    clock.at = start + 24 * hourMs - 1;
    expect(await codeOf(verifier.verify(device.present(granted(), proofAt(clock.at))))).toBeUndefined();
    clock.at = start + 24 * hourMs;
    expect(await codeOf(verifier.verify(device.present(granted(), proofAt(clock.at))))).toBe('identity.expired');
    clock.at = start + maxGrantHours * hourMs;
    const long = granted({ hours: 10_000 });
    expect(await codeOf(verifier.verify(device.present(long, proofAt(clock.at))))).toBe('identity.expired');
  });

  it('wants a fresh signature of the device', async () => {
    const { verifier, clock } = site();
    const presented = device.present(granted(), proofAt(clock.at, { exp: clock.at / 1000 + 1e6 }));
    clock.at += 13 * minuteMs;
    expect(await codeOf(verifier.verify(presented))).toBe('identity.expired');
    const early = device.present(granted(), proofAt(clock.at + 5 * minuteMs));
    expect(await codeOf(verifier.verify(early))).toBe('identity.clock');
  });

  it('finds a clock that was set back, also by a restart', async () => {
    const { verifier, clock, open } = site();
    clock.at = start + 20 * hourMs;
    expect(await codeOf(verifier.verify(device.present(granted(), proofAt(clock.at))))).toBeUndefined();
    clock.at = start + 2 * hourMs;
    for (const one of [verifier, open()])
      expect(await codeOf(one.verify(device.present(granted(), proofAt(clock.at))))).toBe('identity.clock');
    const before = site();
    before.clock.at = start - hourMs;
    expect(await codeOf(before.verifier.verify(device.present(granted(), proofAt(before.clock.at))))).toBe(
      'identity.clock',
    );
  });

  it('is over as soon as the line is back', async () => {
    const { verifier, clock, line } = site();
    line.up = true;
    expect(await codeOf(verifier.verify(device.present(granted(), proofAt(clock.at))))).toBe(
      'identity.offline-line-up',
    );
  });

  it('is refused once revoked, when unknown here, and when nobody can say', async () => {
    const { verifier, clock, store } = site();
    const present = () => verifier.verify(device.present(granted(), proofAt(clock.at)));
    store.issued.set(id, { isRevoked: true });
    expect(await codeOf(present())).toBe('identity.offline-revoked');
    store.issued.clear();
    expect(await codeOf(present())).toBe('identity.invalid');
    store.broken = true;
    expect(await codeOf(present())).toBe('identity.unavailable');
  });

  it('is refused at another host, and when another node’s key signed the grant', async () => {
    const { verifier, clock } = site();
    const elsewhere = granted({ node: township, person: { ...li, division: township } });
    const proof = proofAt(clock.at, { node: township });
    expect(await codeOf(verifier.verify(device.present(elsewhere, proof)))).toBe('identity.invalid');
    const forged = issueGrant(order, nodeKeys(), start);
    if (!forged.ok) throw new Error(forged.refusal.code);
    expect(await codeOf(verifier.verify(device.present(forged.value.token, proofAt(clock.at))))).toBe(
      'identity.invalid',
    );
  });

  it('survives anything that comes in its place', async () => {
    const { verifier, clock } = site();
    const genuine = device.present(granted(), proofAt(clock.at));
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: genuine.length - 1 }),
        fc.constantFrom('A', '.', 'z', '0', '-'),
        async (at, by) => {
          const changed = genuine.slice(0, at) + by + genuine.slice(at + 1);
          fc.pre(changed !== genuine && changed.startsWith('tongban-offline-1.'));
          // The last character of base64url may differ and mean the same bytes.
          fc.pre(at !== genuine.length - 1 && genuine[at + 1] !== '.');
          expect((await verifier.verify(changed)).ok).toBe(false);
        },
      ),
      { numRuns: 300 },
    );
    for (const text of ['tongban-offline-1.', `tongban-offline-1.${'a'.repeat(10_000)}`, 'tongban-offline-1.a.b.c.d'])
      expect(await codeOf(verifier.verify(text))).toBe('identity.invalid');
  });
});

describe('an offline grant', () => {
  it.each(roles)('for a %s carries only what is done at a counter', (role) => {
    const issued = issueGrant({ ...order, person: { ...li, roles: [role] } }, keys, start);
    if ((offlineRoles as readonly string[]).includes(role)) expect(issued).toMatchObject({ ok: true });
    else expect(issued).toMatchObject({ refusal: { code: 'jurisdiction.role' } });
  });

  it('is for the person’s own office, a real key, and not by a login that is off line itself', () => {
    const issue = (changes: Partial<GrantOrder>) => issueGrant({ ...order, ...changes }, keys, start);
    expect(issue({ person: { ...li, division: township } })).toMatchObject({
      refusal: { code: 'jurisdiction.division' },
    });
    const none = { ...device.key, y: device.key.x };
    expect(issue({ device: none })).toMatchObject({ refusal: { code: 'identity.offline-device' } });
    expect(issue({ person: { ...li, offlineGrant: id } })).toMatchObject({ refusal: { code: 'identity.invalid' } });
    expect(thumbprintOf(device.key)).not.toBe(thumbprintOf(new Device().key));
  });
});
