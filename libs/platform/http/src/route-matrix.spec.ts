import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nodeCode, roles, separateRoles, type NodeCode, type Role } from '@tongban/kernel';
import { z } from 'zod';
import { actingRole } from './jurisdiction.js';
import type { DivisionRule } from './route-spec.js';

const described = join(import.meta.dirname, '..', '..', '..', '..', 'docs', 'openapi');
const documentSchema = z.object({
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.looseObject({
        operationId: z.string(),
        'x-roles': z.array(z.enum(roles)).optional(),
        'x-division': z.string(),
      }),
    ),
  ),
});

/** Every route of every app, as the apps describe themselves. */
const routes = readdirSync(described)
  .filter((name) => name.endsWith('.json'))
  .flatMap((app) =>
    Object.entries(documentSchema.parse(JSON.parse(readFileSync(join(described, app), 'utf8'))).paths).flatMap(
      ([path, byMethod]) =>
        Object.values(byMethod).map((operation) => ({
          name: `${app} ${operation.operationId}`,
          hasNode: path.includes('{node}'),
          rule: {
            roles: operation['x-roles'] ?? ('public' as const),
            division: operation['x-division'] as DivisionRule,
          },
        })),
    ),
  );

const node = nodeCode('371102001000');
/** Where a person belongs, seen from the node that is asked. */
const places: Readonly<Record<string, NodeCode | undefined>> = {
  own: node,
  parent: nodeCode('371102000000'),
  above: nodeCode('371100000000'),
  province: nodeCode('370000000000'),
  below: nodeCode('371102001001'),
  beside: nodeCode('371102002000'),
  elsewhere: nodeCode('371103001000'),
  nowhere: undefined,
};

/** The places from which each rule hears staff, written down apart from the code that decides. */
const heardFrom: Readonly<Record<Exclude<DivisionRule, 'public'>, readonly string[]>> = {
  own: ['own'],
  below: ['own', 'parent', 'above', 'province'],
  child: ['own', 'below'],
  residentsAnywhere: ['own'],
  belowOrResident: ['own', 'parent', 'above', 'province'],
  any: Object.keys(places),
};

const expectedOf = (rule: (typeof routes)[number]['rule'], role: Role, place: string): string => {
  if (rule.roles === 'public') return 'nobody is asked';
  if (!rule.roles.includes(role)) return 'jurisdiction.role';
  if (rule.division === 'public') return 'jurisdiction.division';
  const isResident = role === 'resident' && ['residentsAnywhere', 'belowOrResident'].includes(rule.division);
  return isResident || heardFrom[rule.division].includes(place) ? role : 'jurisdiction.division';
};

function decided(rule: (typeof routes)[number]['rule'], held: readonly Role[], division: NodeCode | undefined): string {
  if (rule.roles === 'public') return 'nobody is asked';
  const person = { subject: 's', roles: held, ...(division === undefined ? {} : { division }) };
  const acting = actingRole(rule, person, node);
  return acting.ok ? acting.value : acting.refusal.code;
}

describe('the matrix of every route of every app, every role and every place', () => {
  it('is decided in one place as the table says', () => {
    const wrong: string[] = [];
    let cells = 0;
    for (const { name, rule } of routes)
      for (const role of roles)
        for (const [place, division] of Object.entries(places)) {
          cells++;
          const [expected, found] = [expectedOf(rule, role, place), decided(rule, [role], division)];
          if (expected !== found) wrong.push(`${name} ${role} ${place}: ${found}, not ${expected}`);
        }
    expect(wrong).toEqual([]);
    expect(cells).toBeGreaterThan(70_000);
  });

  it('lets none of the three administrators do the work of another, and nobody who holds two of them any of it', () => {
    const wrong: string[] = [];
    for (const { name, rule } of routes) {
      const hearing = separateRoles.filter((role) => decided(rule, [role], node) === role);
      if (hearing.length > 1) wrong.push(`${name} is open to ${hearing.join(' and ')}`);
      for (const one of separateRoles)
        for (const other of separateRoles.filter((role) => role !== one)) {
          const found = decided(rule, [one, other], node);
          if (separateRoles.some((role) => role === found))
            wrong.push(`${name} hears ${one} with ${other} as ${found}`);
        }
    }
    expect(wrong).toEqual([]);
  });

  it('asks for a place only where the path names one', () => {
    const placeless = routes.filter(({ hasNode, rule }) => !hasNode && !['any', 'public'].includes(rule.division));
    expect(placeless.map(({ name }) => name)).toEqual([]);
  });
});
