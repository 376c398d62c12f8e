import { readFileSync, writeFileSync } from 'node:fs';
import { isNodeCode, parentOf, tierOf, type NodeCode, type Role, type Tier } from '@tongban/kernel';
import { z } from 'zod';
import type { City, CityFolder, HostName } from './city.js';
import { ask, commandHeaders, unexpected, type Answer } from './http.js';

const personSchema = z.object({
  username: z.string(),
  password: z.string(),
  name: z.string(),
  roles: z.array(z.string()),
  division: z.string().optional(),
  department: z.string().optional(),
});
export type Person = z.infer<typeof personSchema>;
const tokenSchema = z.object({ access_token: z.string(), expires_in: z.number() });
const renewBeforeMs = 60_000;
const client = 'tongban-demo';

export const usernameOf = (role: Role, node: string): string => `${role}-${node}`;

const usersFile = (folder: CityFolder): string => folder.file('secrets', 'demo-users.json');
const readPersons = (folder: CityFolder): Person[] =>
  z.array(personSchema).parse(JSON.parse(readFileSync(usersFile(folder), 'utf8')));

/** Adds persons to a provisioned city that has not been started yet. */
export function addPersons(folder: CityFolder, added: readonly Person[]): void {
  writeFileSync(usersFile(folder), JSON.stringify([...readPersons(folder), ...added]), { mode: 0o600 });
}

/** A village where an agent works, and the township above it. */
export interface Station {
  readonly village: NodeCode;
  readonly township: NodeCode;
  readonly district: NodeCode;
}

/** The stations of the demo persons: each village that has an agent. */
export function stationsOf(folder: CityFolder): Station[] {
  const villages = readPersons(folder)
    .filter(({ roles }) => roles.includes('agent'))
    .flatMap(({ division }) => (division !== undefined && isNodeCode(division) ? [division] : []));
  return [...new Set(villages)].map((village) => {
    const township = parentOf(village)!;
    return { village, township, district: parentOf(township)! };
  });
}

const hostOf: Readonly<Record<Tier, HostName>> = {
  province: 'provincial-gateway',
  city: 'city',
  district: 'district',
  township: 'township',
  village: 'village',
};

/** Who asks: a demo person, or somebody with a token of their own making. */
export type By = string | { readonly token: string } | undefined;

/** The public API of a running city as its persons use it. */
export class Office {
  private readonly persons: ReadonlyMap<string, Person>;
  private readonly tokens = new Map<string, Promise<{ readonly token: string; readonly renewAt: number }>>();
  private readonly bases = new Map<string, string>();
  /** Nodes that have moved to hosts of their own, and where those listen. */
  private readonly moved = new Map<string, string>();

  constructor(private readonly city: Pick<City, 'folder' | 'address'>) {
    this.persons = new Map(readPersons(city.folder).map((person) => [person.username, person]));
  }

  /** The host's base URL; ports do not change while a city runs. */
  base(name: HostName | '身份认证' | '省平台沙箱'): string {
    const known = this.bases.get(name) ?? this.city.address(name);
    this.bases.set(name, known);
    return known;
  }

  url(node: string, path: string, host: HostName = hostOf[tierOf(node as NodeCode)]): string {
    return `${this.moved.get(node) ?? this.base(host)}/v1/nodes/${node}${path}`;
  }

  /** From now on the node's people go to this address. */
  redirect(node: string, base: string): void {
    this.moved.set(node, base);
  }

  async token(username: string): Promise<string> {
    const held = await this.tokens.get(username);
    if (held !== undefined && Date.now() < held.renewAt) return held.token;
    const login = this.login(username);
    this.tokens.set(username, login);
    login.catch(() => this.tokens.delete(username));
    return (await login).token;
  }

  get(by: By, node: string, path: string): Promise<Answer> {
    return this.send(by, 'GET', this.url(node, path));
  }

  /** A command with a key of its own unless `headers` bring one. */
  command(by: By, node: string, path: string, body: object, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send(by, 'POST', this.url(node, path), { ...commandHeaders(), ...headers }, JSON.stringify(body));
  }

  async send(
    by: By,
    method: 'GET' | 'POST',
    url: string,
    headers: Record<string, string> = {},
    body?: string | Uint8Array<ArrayBuffer>,
  ): Promise<Answer> {
    const token = typeof by === 'string' ? await this.token(by) : by?.token;
    return ask({ method, url, token, headers, ...(body === undefined ? {} : { body }) });
  }

  person(username: string): Person {
    const person = this.persons.get(username);
    if (person === undefined) throw new Error(`there is no demo person ${username}`);
    return person;
  }

  private async login(username: string): Promise<{ readonly token: string; readonly renewAt: number }> {
    const { password } = this.person(username);
    const answer = await ask({
      method: 'POST',
      url: `${this.base('身份认证')}/realms/tongban/protocol/openid-connect/token`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ client_id: client, grant_type: 'password', username, password }).toString(),
    });
    if (answer.status !== 200) throw unexpected(`the login of ${username}`, answer);
    const { access_token, expires_in } = tokenSchema.parse(answer.json);
    return { token: access_token, renewAt: Date.now() + expires_in * 1000 - renewBeforeMs };
  }
}
