import { rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeJwt } from 'jose';
import { IdentityFixture, wang } from '../test/identity.fixture.js';

let identity: IdentityFixture;
beforeEach(async () => {
  identity = await IdentityFixture.open();
});
afterEach(() => identity.close());

describe('files', () => {
  it('keeps its key over a restart, readable by its owner only', async () => {
    const { access_token: token } = await identity.logIn(wang.username, wang.password);
    expect((await stat(join(identity.folder, 'key.json'))).mode & 0o777).toBe(0o600);
    await identity.stop();
    await identity.start();
    expect((await identity.verifier().verify(token)).ok).toBe(true);
    const later = await identity.logIn(wang.username, wang.password);
    expect(decodeJwt(later.access_token).sub).toBe(decodeJwt(token).sub);
  });

  it('reads the persons again when the file changes, and keeps them when it became wrong', async () => {
    await identity.writeUsers({ ...wang, password: 'another-password' });
    await identity.logIn(wang.username, 'another-password');
    await identity.writeUsers({ ...wang, roles: ['mayor'] });
    await identity.logIn(wang.username, 'another-password');
    expect(identity.messages.join('\n')).toMatch(/keeping the persons.*unknown role "mayor"/s);
  });

  it('does not start with an unknown role or a wrong division, and says where', async () => {
    await identity.stop();
    await identity.writeUsers({ ...wang, roles: ['agent', 'mayor'] });
    await expect(identity.start()).rejects.toThrow(
      /users\.json.*unknown role "mayor"; the realm has resident, agent.*roles\[1\]/s,
    );
    await identity.writeUsers({ ...wang, division: '日照市' });
    await expect(identity.start()).rejects.toThrow(/12-digit division code/);
    await identity.writeUsers(wang, wang);
    await expect(identity.start()).rejects.toThrow(/"wangjg" is there twice/);
    await identity.writeUsers(wang);
    await identity.start();
  });

  it('does not start with a key file that is open to others or holds something else', async () => {
    await identity.stop();
    const file = join(identity.folder, 'other.json');
    const other = (): Promise<void> => identity.start('other.json');
    await writeFile(file, '{}', { mode: 0o644 });
    await expect(other()).rejects.toThrow(/mode 600/);
    await rm(file);
    await writeFile(file, '{}', { mode: 0o600 });
    await expect(other()).rejects.toThrow(/no RS256 signing key/);
    await identity.start();
  });
});
