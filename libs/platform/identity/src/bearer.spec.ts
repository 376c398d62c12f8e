import { bearerToken } from './bearer.js';

describe('the Authorization header', () => {
  it('gives the token, whatever the case of the scheme', () => {
    expect(bearerToken('Bearer abc.def.ghi')).toEqual({ ok: true, value: 'abc.def.ghi' });
    expect(bearerToken('bearer  abc')).toEqual({ ok: true, value: 'abc' });
  });

  it('tells nothing from something else', () => {
    for (const none of [undefined, '', '  ']) {
      expect(bearerToken(none)).toMatchObject({ refusal: { code: 'identity.missing' } });
    }
    for (const other of ['Basic dTpw', 'Bearer', 'Bearer a b', 'xBearer a']) {
      expect(bearerToken(other)).toMatchObject({ refusal: { code: 'identity.invalid' } });
    }
  });
});
