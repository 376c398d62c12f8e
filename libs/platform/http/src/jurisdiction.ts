import { isNodeCode, isWithin, ok, parentOf, refuse, type NodeCode, type Result, type Role } from '@tongban/kernel';
import type { NodeDirectory, Person } from './ports.js';
import type { DivisionRule, RouteSpec } from './route-spec.js';

/** The node that a path names: an existing division that this host serves. */
export function servedNode(text: string, nodes: NodeDirectory): Result<NodeCode> {
  if (!isNodeCode(text) || !nodes.isKnown(text)) return refuse('node.unknown', '没有这个区划，请核对 12 位区划代码');
  return nodes.isHosted(text) ? ok(text) : refuse('node.not-hosted', '该区划由其他服务承载', { node: text });
}

type Rule = Pick<RouteSpec, 'roles' | 'division'>;

/**
 * The role in which a person may use a route at a node: the first of the route's roles that the person has.
 * Whatever the rule does not allow is refused.
 */
export function actingRole(rule: Rule, person: Person, node: NodeCode | undefined): Result<Role> {
  const roles = rule.roles === 'public' ? [] : rule.roles.filter((allowed) => person.roles.includes(allowed));
  if (roles.length === 0) return refuse('jurisdiction.role', '当前角色无权办理');
  const role = roles.find((each) => isWithinJurisdiction(rule.division, each, person.division, node));
  return role === undefined ? refuse('jurisdiction.division', '不在本人所属区划的权限范围内') : ok(role);
}

function isWithinJurisdiction(
  rule: DivisionRule,
  role: Role,
  own: NodeCode | undefined,
  node: NodeCode | undefined,
): boolean {
  if (rule === 'any') return true;
  if (role === 'resident' && (rule === 'residentsAnywhere' || rule === 'belowOrResident')) return true;
  if (own === undefined || node === undefined) return false;
  switch (rule) {
    case 'own':
    case 'residentsAnywhere':
      return own === node;
    case 'below':
    case 'belowOrResident':
      return isWithin(node, own);
    case 'child':
      return own === node || parentOf(own) === node;
    case 'public':
      return false;
  }
}
