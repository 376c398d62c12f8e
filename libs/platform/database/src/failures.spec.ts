import { RefusalError } from '@tongban/kernel';
import { scramVerifier } from './app-role.js';
import { asRefusal, driverError, isConnectionLost, mayBeRetried, violatedConstraint } from './failures.js';
import { sqlMigration } from './migrations.js';

const coded = (code: string, extra: object = {}): Error => Object.assign(new Error(code), { code, ...extra });
const wrapped = (inner: Error): Error => Object.assign(new Error('query failed'), { driverError: inner });
const refusalCode = (error: unknown): string | undefined => {
  const mapped = asRefusal(error);
  return mapped instanceof RefusalError ? mapped.refusal.code : undefined;
};

describe('failures', () => {
  it.each(['57P01', '08006', 'ECONNREFUSED', '53100', '53200', '58030'])(
    '%s means that the service is unavailable',
    (code) => {
      expect(refusalCode(wrapped(coded(code)))).toBe('service.unavailable');
      expect(refusalCode(new AggregateError([coded(code)]))).toBe('service.unavailable');
    },
  );

  it.each(['55P03', '57014', '40P01'])('%s means that it is busy', (code) =>
    expect(refusalCode(wrapped(coded(code)))).toBe('service.busy'),
  );

  it('TB001 means that the node is moving away', () => {
    expect(refusalCode(wrapped(coded('TB001')))).toBe('node.moving');
    expect(isConnectionLost(wrapped(coded('TB001')))).toBe(false);
  });

  it('leaves bugs as they are', () => {
    const bug = wrapped(coded('42703'));
    expect(asRefusal(bug)).toBe(bug);
    expect(isConnectionLost('text')).toBe(false);
    expect(isConnectionLost(new Error('Connection terminated unexpectedly'))).toBe(true);
  });

  it('finds the constraint and what may run again', () => {
    expect(violatedConstraint(wrapped(coded('23505', { constraint: 'entry_id_once' })))).toBe('entry_id_once');
    expect(mayBeRetried(wrapped(coded('40001')))).toBe(true);
    expect(mayBeRetried(wrapped(coded('23505')))).toBe(false);
  });

  it('does not follow errors that contain themselves', () => {
    const loop = new Error('loop') as Error & { driverError?: Error };
    loop.driverError = loop;
    expect(driverError(loop)).toBe(loop);
  });
});

describe('sqlMigration', () => {
  it('wants a 13-digit timestamp and a plain name', () => {
    expect(() => sqlMigration(20260101, 'Journal', '')).toThrow('13 digits');
    expect(() => sqlMigration(1_790_000_000_001, 'my table', '')).toThrow('letters');
    expect(new (sqlMigration(1_790_000_000_001, 'Journal', ''))().name).toBe('Journal1790000000001');
  });
});

describe('scramVerifier', () => {
  it('gives the verifier of RFC 7677 §3', () => {
    // The example exchange of the RFC: user "user", password "pencil", this salt, 4096 rounds; the server key follows
    // from its final message v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=.
    const verifier = scramVerifier('pencil', Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64'));
    expect(verifier).toMatch(/^SCRAM-SHA-256\$4096:W22ZaJ0SNY7soEsUEjb6gQ==\$[A-Za-z0-9+/]{43}=:[A-Za-z0-9+/]{43}=$/);
    expect(verifier).toContain(
      'WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=',
    );
  });

  it('refuses what is no printable ASCII', () => expect(() => scramVerifier('密码')).toThrow('ASCII'));
});
