import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GrantManagerVerifier, memoryKeyStore } from '@tongban/platform/identity';
import { z } from 'zod';
import { startIdentity, type RunningIdentity } from '../src/server.js';

export const realmFile = join(import.meta.dirname, '../../../deploy/keycloak/realm.json');
export const url = 'http://127.0.0.1:18080';
export const openid = '/realms/tongban/protocol/openid-connect';
export const wang = {
  username: 'wangjg',
  password: 'demo-password-1',
  name: '王建国',
  roles: ['agent', 'clerk'],
  division: '371102001001',
  department: '371102-001',
};
export const demo = { client_id: 'tongban-demo', grant_type: 'password' };

export const tokensSchema = z.object({
  access_token: z.string(),
  refresh_token: z.string(),
  id_token: z.string().optional(),
  expires_in: z.number(),
  token_type: z.literal('Bearer'),
});
export type Tokens = z.infer<typeof tokensSchema>;

/** A provider in this process on a free port, with its files in a folder of its own and a clock that can run ahead. */
export class IdentityFixture {
  aheadMs = 0;
  readonly messages: string[] = [];
  readonly clock = { now: (): number => Date.now() + this.aheadMs };
  #running: RunningIdentity | undefined;

  private constructor(readonly folder: string) {}

  static async open(): Promise<IdentityFixture> {
    const fixture = new IdentityFixture(await mkdtemp(join(tmpdir(), 'tongban-identity-')));
    await fixture.writeUsers(wang);
    await fixture.start();
    return fixture;
  }

  async close(): Promise<void> {
    await this.stop();
    await rm(this.folder, { recursive: true });
  }

  async start(keyFile = 'key.json'): Promise<void> {
    const config = {
      host: '127.0.0.1',
      port: 0,
      url,
      realmFile,
      usersFile: join(this.folder, 'users.json'),
      keyFile: join(this.folder, keyFile),
    };
    const log = (_: string, message: string): void => void this.messages.push(message);
    this.#running = await startIdentity(config, { clock: this.clock, log });
  }

  async stop(): Promise<void> {
    await this.#running?.stop();
    this.#running = undefined;
  }

  writeUsers(...users: object[]): Promise<void> {
    return writeFile(join(this.folder, 'users.json'), JSON.stringify(users));
  }

  at(path: string): string {
    return `http://127.0.0.1:${this.#running?.port}${path}`;
  }

  post(path: string, form: Record<string, string>, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(this.at(path), { method: 'POST', body: new URLSearchParams(form), headers, redirect: 'manual' });
  }

  async logIn(username: string, password: string, scope = 'openid'): Promise<Tokens> {
    const response = await this.post(`${openid}/token`, { ...demo, username, password, scope });
    expect(response.status).toBe(200);
    return tokensSchema.parse(await response.json());
  }

  /** As hosts have it; `clients` are those whose tokens they take. */
  verifier(clients: readonly string[] = ['tongban-console', 'tongban-demo']): GrantManagerVerifier {
    return new GrantManagerVerifier({
      issuer: `${url}/realms/tongban`,
      audience: 'tongban-api',
      authorizedParties: clients,
      keysUrl: this.at(`${openid}/certs`),
      store: memoryKeyStore(),
      clock: { now: Date.now },
    });
  }
}
