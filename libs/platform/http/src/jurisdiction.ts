import {
  isNodeCode,
  isWithin,
  ok,
  parentOf,
  refuse,
  separateRoles,
  type NodeCode,
  type Result,
  type Role,
} from '@tongban/kernel';
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
 * Whatever the rule does not allow is refused; and who holds two of the three administrators' roles acts in none of them.
 */
export function actingRole(rule: Rule, person: Person, node: NodeCode | undefined): Result<Role> {
  const held = rule.roles === 'public' ? [] : rule.roles.filter((allowed) => person.roles.includes(allowed));
  if (held.length === 0) return refuse('jurisdiction.role', '当前角色无权办理');
  const roles = separateRoles.filter((each) => person.roles.includes(each)).length > 1 ? held.filter(isOrdinary) : held;
  if (roles.length === 0)
    return refuse(
      'jurisdiction.separation',
      '系统管理员、安全管理员和审计管理员须由不同的人担任，请联系管理单位调整账号的角色',
    );
  const role = roles.find((each) => isWithinJurisdiction(rule.division, each, person.division, node));
  return role === undefined ? refuse('jurisdiction.division', '不在本人所属区划的权限范围内') : ok(role);
}

const isOrdinary = (role: Role): boolean => !separateRoles.some((separate) => separate === role);

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
