import { createHash, randomBytes } from 'node:crypto';
import { separateRoles, tierOf, type NodeCode, type Role } from '@tongban/kernel';
import type { DivisionTree } from '@tongban/domain/division';
import { z } from 'zod';
import { readIfThere, secretMode, writeWhole } from '../city/layout.js';
import { gatewayNode } from '../city/plan.js';
import { chooseStations } from './places.js';

const passwordBytes = 18;

/** A person of the identity provider's file. */
const personSchema = z.strictObject({
  username: z.string(),
  password: z.string(),
  name: z.string(),
  roles: z.array(z.string()),
  division: z.string().optional(),
  department: z.string().optional(),
});
export type DemoPerson = z.infer<typeof personSchema>;

/** One person per role and node: nobody in the main job works under another one's name. */
export const usernameOf = (role: Role, node: NodeCode): string => `${role}-${node}`;

const families = '王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗';
const givens = ['建国', '秀英', '志强', '桂兰', '海燕', '玉梅', '春生', '晓东', '红霞', '永庆', '淑珍', '文斌'];

/** A name that belongs to the user name: the same at every start. */
export function nameOf(username: string): string {
  const digest = createHash('sha256').update(username).digest();
  const family = [...families][digest[0]! % families.length]!;
  return `${family}${givens[digest[1]! % givens.length]!}`;
}

interface Post {
  readonly role: Role;
  readonly node: NodeCode;
}

const rolesAt = {
  province: ['supervisor', 'exchange-operator'],
  // The catalogue takes two: the manager puts it forward, the reviewer approves it.
  city: ['clerk', 'reviewer', 'approver', 'supervisor', 'catalogue-manager', 'exchange-operator'],
  district: ['clerk', 'approver', 'supervisor'],
  // Who runs the township's machines also publishes its hall. Three administrators, three persons.
  township: ['clerk', 'reviewer', 'approver', 'supervisor', ...separateRoles],
  village: ['agent', 'resident', 'supervisor'],
} as const satisfies Record<string, readonly Role[]>;

/** Every post that the main job needs: its stations, what stands above them, and the gateway. */
export function postsOf(divisions: DivisionTree): Post[] {
  const nodes = new Set<NodeCode>([gatewayNode(divisions.city), divisions.city]);
  for (const { village, township, above } of chooseStations(divisions)) {
    for (const node of [above, township, village]) nodes.add(node);
  }
  return [...nodes].flatMap((node) => rolesAt[tierOf(node)].map((role) => ({ role, node })));
}

/**
 * The demo persons' file, brought up to date: persons and passwords that are there stay, missing ones are added with a
 * random password of this installation.
 */
export function provideDemoPeople(file: string, divisions: DivisionTree): { readonly made: number } {
  const text = readIfThere(file);
  const kept = text === undefined ? [] : z.array(personSchema).parse(JSON.parse(text));
  const known = new Set(kept.map(({ username }) => username));
  const added = postsOf(divisions)
    .map(({ role, node }): DemoPerson => {
      const username = usernameOf(role, node);
      const password = randomBytes(passwordBytes).toString('base64url');
      return { username, password, name: nameOf(username), roles: [role], division: node };
    })
    .filter(({ username }) => !known.has(username));
  if (added.length > 0) writeWhole(file, `${JSON.stringify([...kept, ...added], undefined, 2)}\n`, secretMode);
  return { made: added.length };
}

export function readDemoPeople(file: string): ReadonlyMap<string, DemoPerson> {
  const people = z.array(personSchema).parse(JSON.parse(readIfThere(file) ?? '[]'));
  return new Map(people.map((person) => [person.username, person]));
}
