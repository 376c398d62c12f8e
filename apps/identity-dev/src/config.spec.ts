import { readConfig } from './config.js';

const good = {
  TONGBAN_IDENTITY_LISTEN: '127.0.0.1:18080',
  TONGBAN_IDENTITY_URL: 'http://127.0.0.1:18080/',
  TONGBAN_DEMO_USERS: 'users.json',
  TONGBAN_IDENTITY_KEY: 'key.json',
};

describe('the environment of identity-dev', () => {
  it('is read, with the realm file of the repository by default', () => {
    expect(readConfig(good)).toEqual({
      host: '127.0.0.1',
      port: 18080,
      url: 'http://127.0.0.1:18080',
      realmFile: 'deploy/keycloak/realm.json',
      usersFile: 'users.json',
      keyFile: 'key.json',
    });
    expect(readConfig({ ...good, TONGBAN_IDENTITY_LISTEN: '[::1]:0' })).toMatchObject({ host: '::1', port: 0 });
  });

  it('must not be production', () => {
    expect(() => readConfig({ ...good, NODE_ENV: 'production' })).toThrow(/NODE_ENV must not be production/);
    expect(readConfig({ ...good, NODE_ENV: 'development' })).toMatchObject({ port: 18080 });
  });

  it.each([
    '0.0.0.0:18080',
    '10.0.0.5:18080',
    '[::]:18080',
    'id.example.gov.cn:18080',
    '128.0.0.1:1',
    '127.0.0.1.nip.io:1',
  ])('must not listen on %s', (address) => {
    expect(() => readConfig({ ...good, TONGBAN_IDENTITY_LISTEN: address })).toThrow(/LISTEN must be a loopback/);
  });

  it('names every variable that is wrong', () => {
    expect(() => readConfig({})).toThrow(
      /TONGBAN_IDENTITY_LISTEN must be host:port.*TONGBAN_IDENTITY_URL must be a URL.*TONGBAN_DEMO_USERS must name a file.*TONGBAN_IDENTITY_KEY/,
    );
    expect(() => readConfig({ ...good, TONGBAN_IDENTITY_LISTEN: '127.0.0.1:70000' })).toThrow(/65535/);
    expect(() => readConfig({ ...good, TONGBAN_IDENTITY_URL: 'http://127.0.0.1/auth' })).toThrow(/host and port only/);
    expect(() => readConfig({ ...good, TONGBAN_IDENTITY_URL: 'ftp://127.0.0.1' })).toThrow(/must be a URL/);
  });
});
