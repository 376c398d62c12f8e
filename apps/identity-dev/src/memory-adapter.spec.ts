import { memoryAdapters } from './memory-adapter.js';

let at = 0;
const adapters = () => memoryAdapters(() => at);
beforeEach(() => {
  at = 0;
});

describe('the memory adapter', () => {
  it('forgets what has expired', async () => {
    const tokens = adapters()('RefreshToken');
    await tokens.upsert('a', { kind: 'RefreshToken' }, 10);
    at = 9_999;
    expect(await tokens.find('a')).toEqual({ kind: 'RefreshToken' });
    at = 10_000;
    expect(await tokens.find('a')).toBeUndefined();
  });

  it('revokes all that belongs to a grant, across models', async () => {
    const of = adapters();
    await of('RefreshToken').upsert('r', { grantId: 'g' }, 10);
    await of('AuthorizationCode').upsert('c', { grantId: 'g' }, 10);
    await of('RefreshToken').upsert('other', { grantId: 'h' }, 10);
    await of('RefreshToken').revokeByGrantId('g');
    expect(await of('RefreshToken').find('r')).toBeUndefined();
    expect(await of('AuthorizationCode').find('c')).toBeUndefined();
    expect(await of('RefreshToken').find('other')).toBeDefined();
  });

  it('finds sessions by uid, under their newest id', async () => {
    const sessions = adapters()('Session');
    await sessions.upsert('old', { uid: 'u' }, 10);
    await sessions.destroy('old');
    await sessions.upsert('new', { uid: 'u', n: 1 }, 10);
    expect(await sessions.findByUid('u')).toEqual({ uid: 'u', n: 1 });
    expect(await sessions.findByUid('v')).toBeUndefined();
  });

  it('marks what was used and drops the oldest beyond its bound', async () => {
    const codes = adapters()('AuthorizationCode');
    await codes.upsert('first', {}, 10);
    await codes.upsert('used', {}, 10);
    at = 5_000;
    await codes.consume('used');
    await codes.consume('unknown');
    expect(await codes.find('used')).toEqual({ consumed: 5 });
    for (let i = 0; i < 49_999; i++) await codes.upsert(`c${i}`, {}, 10);
    expect(await codes.find('first')).toBeUndefined();
    expect(await codes.find('used')).toBeDefined();
  });
});
