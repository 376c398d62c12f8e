import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tiers } from '@tongban/kernel';
import { z } from 'zod';
import { KeycloakAdmin } from './admin.js';
import type { TestedProvider, TestPerson } from './provider.js';

const keyBits = 2048;
/** Above the priority of the keys the realm came with, which is 100 or less; each rotation takes the next one. */
const firstPriority = 200;

const withId = z.object({ id: z.string() });
const groupSchema = z.object({
  id: z.string(),
  name: z.string(),
  path: z.string(),
  get subGroups() {
    return z.array(groupSchema).optional();
  },
});
const groupsSchema = z.array(groupSchema);

export const realmFile = join(import.meta.dirname, '../../deploy/keycloak/realm.json');
export const realmJson = async (): Promise<Record<string, unknown>> =>
  z.record(z.string(), z.unknown()).parse(JSON.parse(await readFile(realmFile, 'utf8')));

/** A real server; persons are made as an administrator makes them. */
export class Keycloak implements TestedProvider {
  readonly admin = new KeycloakAdmin();
  readonly #made = new Map<string, string>();
  readonly #paths = new Map<string, string>();
  readonly #keys: string[] = [];

  get url(): string {
    return this.admin.url;
  }

  idOf(username: string): string {
    const id = this.#made.get(username);
    if (id === undefined) throw new Error(`${username} was not made here`);
    return id;
  }

  /** The group that stands for a division: the one whose name begins with the code. */
  async groupOf(division: string): Promise<{ id: string; path: string }> {
    const query = new URLSearchParams({ q: `division:${division}`, briefRepresentation: 'true' });
    // The answer leads to the group through those above it.
    let level = await this.admin.read(`/groups?${query}`, groupsSchema);
    for (let depth = 0; depth < tiers.length; depth++) {
      const found = level.find(({ name }) => name.startsWith(`${division} `));
      if (found !== undefined) return found;
      level = level.flatMap(({ subGroups }) => subGroups ?? []);
    }
    throw new Error(`no group stands for ${division}`);
  }

  /** The division is that of the group the person is in; the department is an attribute of the person. */
  async addPerson(person: TestPerson): Promise<void> {
    let path = this.#paths.get(person.division);
    if (path === undefined) {
      path = (await this.groupOf(person.division)).path;
      this.#paths.set(person.division, path);
    }
    await this.addUser(person, { groups: [path] });
  }

  async addUser(
    { username, password, name, roles, department }: TestPerson,
    more: { groups?: string[]; attributes?: Record<string, string[]> },
  ): Promise<void> {
    const attributes = { ...more.attributes, ...(department !== undefined && { department: [department] }) };
    const credentials = [{ type: 'password', value: password, temporary: false }];
    const created = await this.admin.call('POST', '/users', {
      username,
      firstName: name,
      enabled: true,
      attributes,
      credentials,
      groups: more.groups ?? [],
    });
    const id = created.headers.get('location')?.split('/').at(-1) ?? '';
    this.#made.set(username, id);
    const mappings = await Promise.all(
      roles.map((role) => this.admin.read(`/roles/${role}`, z.looseObject({ id: z.string() }))),
    );
    await this.admin.call('POST', `/users/${id}/role-mappings/realm`, mappings);
  }

  async removePerson(username: string): Promise<void> {
    await this.admin.call('DELETE', `/users/${this.idOf(username)}`);
    this.#made.delete(username);
  }

  async passLockout(username: string): Promise<void> {
    await this.admin.call('DELETE', `/attack-detection/brute-force/users/${this.idOf(username)}`);
  }

  async rotateKey(): Promise<void> {
    const { id } = await this.admin.read('', withId);
    const priority = firstPriority + this.#keys.length;
    const created = await this.admin.call('POST', '/components', {
      name: `rotated-${priority}`,
      providerId: 'rsa-generated',
      providerType: 'org.keycloak.keys.KeyProvider',
      parentId: id,
      config: {
        priority: [String(priority)],
        enabled: ['true'],
        active: ['true'],
        algorithm: ['RS256'],
        keySize: [String(keyBits)],
      },
    });
    this.#keys.push(created.headers.get('location')?.split('/').at(-1) ?? '');
  }

  /** Takes the newest added key out of service, as after a theft: what it signed counts no longer. */
  async withdrawKey(): Promise<void> {
    const id = this.#keys.pop();
    if (id !== undefined) await this.admin.call('DELETE', `/components/${id}`);
  }

  async close(): Promise<void> {
    for (const username of [...this.#made.keys()]) await this.removePerson(username);
    while (this.#keys.length > 0) await this.withdrawKey();
  }
}
