import { contentOf, makeDeviceKey, present, presenterOf } from './offline-grant.js';

const now = Date.parse('2026-03-02T02:00:00.000Z');
const issued = {
  ...{ node: '371102001001', issuedAt: now, expiresAt: now + 86_400_000 },
  person: { subject: 's1', name: '王芳', username: 'wangfang', roles: ['clerk'] },
};
const bytesOf = (part: string) =>
  Uint8Array.from(atob(part.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0));
const decoded = (part: string): unknown => JSON.parse(new TextDecoder().decode(bytesOf(part)));
const written = btoa(String.fromCharCode(...new TextEncoder().encode(JSON.stringify(issued))));
const token = `${written.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}.c2ln`;

describe('a grant for logging in off line', () => {
  it('says whose it is, where and until when', () => {
    expect(contentOf({ token })).toEqual({
      ...{ node: issued.node, issuedAt: now, expiresAt: issued.expiresAt },
      person: { ...issued.person, department: undefined, division: issued.node },
    });
  });

  it('is shown with a signature that only this device can make', async () => {
    const { key, device } = await makeDeviceKey();
    expect(key.extractable).toBe(false);
    await expect(crypto.subtle.exportKey('jwk', key)).rejects.toThrow();
    const shown = await present({ id: 'g1', token, key }, now + 999);
    const [prefix, grant, signature, proof, own, ...more] = shown.split('.');
    expect([prefix, `${grant}.${signature}`, more]).toEqual(['tongban-offline-1', token, []]);
    expect(decoded(proof!)).toEqual({ grant: 'g1', node: issued.node, iat: now / 1000, exp: now / 1000 + 300 });
    const signed = new TextEncoder().encode(shown.slice(0, shown.lastIndexOf('.')));
    const curve = { name: 'ECDSA', namedCurve: 'P-256' };
    const holds = async (jwk: JsonWebKey): Promise<boolean> => {
      const checking = await crypto.subtle.importKey('jwk', jwk, curve, false, ['verify']);
      return crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, checking, bytesOf(own!), signed);
    };
    expect(await holds(device)).toBe(true);
    expect(await holds((await makeDeviceKey()).device)).toBe(false);
  });

  it('signs anew when half of the time is over, or the clock was set back', async () => {
    const { key } = await makeDeviceKey();
    let at = now;
    const next = presenterOf({ id: 'g1', token, key }, () => at);
    const first = await next();
    at += 149_000;
    expect(await next()).toBe(first);
    at += 1_000;
    const second = await next();
    expect(decoded(second.split('.')[3]!)).toMatchObject({ iat: at / 1000 });
    at -= 60_000;
    expect(decoded((await next()).split('.')[3]!)).toMatchObject({ iat: at / 1000 });
  });
});
