import { aDelegation, district, township, village } from '@tongban/testkit';
import { decideRevocation } from './revoke-delegation.js';

const today = '2026-03-02';
const back = { runningCases: 'handBack', reason: '机构改革' } as const;
const of = (...delegations: ReturnType<typeof aDelegation>[]) => ({
  delegations: [...delegations].sort((a, b) => b.version - a.version),
  highest: Math.max(0, ...delegations.map(({ version }) => version)),
  withdrawn: false,
});

describe('revocation of a delegation', () => {
  it('is the next version of the one that counts on the day', () => {
    const now = aDelegation({ powers: ['accept', 'decide'] });
    const later = aDelegation({ version: 2, powers: ['accept'], validFrom: '2026-06-01' });
    expect(decideRevocation(of(now, later), '2026-04-01', back, today)).toEqual({
      ok: true,
      value: { ...now, version: 3, revokedOn: '2026-04-01', revocation: back },
    });
    expect(decideRevocation(of(now, later), '2026-07-01', back, today)).toMatchObject({
      value: { powers: ['accept'], version: 3 },
    });
  });

  it('may be put off or brought forward until it has happened', () => {
    const planned = aDelegation({ version: 2, revokedOn: '2026-05-01' });
    expect(decideRevocation(of(planned), '2026-04-01', back, today)).toMatchObject({ value: { version: 3 } });
    expect(decideRevocation(of({ ...planned, revokedOn: today }), '2026-04-01', back, today)).toMatchObject({
      refusal: { code: 'delegation.revoked' },
    });
  });

  it.each([
    ['nothing', of(), '2026-04-01', back, 'delegation.unknown'],
    ['what was withdrawn', { ...of(aDelegation()), withdrawn: true }, '2026-04-01', back, 'delegation.unknown'],
    ['a day that has passed', of(aDelegation()), '2026-03-01', back, 'delegation.invalid'],
    ['what has not begun', of(aDelegation({ validFrom: '2027-01-01' })), '2026-04-01', back, 'delegation.invalid'],
    ['a day after its end', of(aDelegation({ validTo: '2026-03-31' })), '2026-04-02', back, 'delegation.invalid'],
    [
      'a hand-over below the taker',
      of(aDelegation({ to: township })),
      '2026-04-01',
      { runningCases: 'handOver', handTo: village, reason: '改革' } as const,
      'delegation.invalid',
    ],
  ])('is refused for %s', (_, versions, revokedOn, revocation, code) => {
    expect(decideRevocation(versions, revokedOn, revocation, today)).toMatchObject({ refusal: { code } });
  });

  it('may hand running cases to the giver or a neighbour', () => {
    const revocation = { runningCases: 'handOver', handTo: district, reason: '改革' } as const;
    expect(decideRevocation(of(aDelegation({ to: township })), '2026-04-01', revocation, today).ok).toBe(true);
  });
});
