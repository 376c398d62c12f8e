import { departmentSchema, serviceItemSchema, type Department, type ServiceItem } from '@tongban/domain/catalogue';
import { delegationSchema, tierNames, type Delegation } from '@tongban/domain/delegation';
import {
  isNodeCode,
  isWithin,
  ok,
  refuse,
  tierOf,
  tiers,
  type NodeCode,
  type Result,
  type Tier,
} from '@tongban/kernel';
import type { PublishedRecord } from './record.js';

/** What a record says. */
export type Content =
  | { readonly kind: 'department'; readonly value: Department }
  | { readonly kind: 'item'; readonly value: ServiceItem }
  | { readonly kind: 'delegation'; readonly value: Delegation };

const readers: Readonly<Record<Content['kind'], (json: unknown) => Content | undefined>> = {
  department: (json) => {
    const read = departmentSchema.safeParse(json);
    return read.success ? { kind: 'department', value: read.data } : undefined;
  },
  item: (json) => {
    const read = serviceItemSchema.safeParse(json);
    return read.success ? { kind: 'item', value: read.data } : undefined;
  },
  delegation: (json) => {
    const read = delegationSchema.safeParse(json);
    return read.success ? { kind: 'delegation', value: read.data } : undefined;
  },
};

export const keyOf = (content: Content): string => (content.kind === 'item' ? content.value.code : content.value.id);

const isKind = (kind: string): kind is Content['kind'] => Object.hasOwn(readers, kind);

/** The top of those who publish: what the province rules reaches the tree through the city's catalogue. */
const publishersTop: Tier = 'city';

function isAbove(tier: Tier, publisher: NodeCode): boolean {
  const own = tierOf(publisher);
  return tiers.indexOf(own) > tiers.indexOf(publishersTop) && tiers.indexOf(tier) < tiers.indexOf(own);
}

/** Why this publisher may not say this, in the publisher's words; undefined when it may. */
export function findAuthorityProblem(publisher: NodeCode, content: Content): string | undefined {
  switch (content.kind) {
    case 'department':
      return undefined;
    case 'item': {
      const { level } = content.value;
      return isAbove(level, publisher) ? `事项由${tierNames[level]}主管，应由上级发布` : undefined;
    }
    case 'delegation': {
      const { from, to } = content.value;
      if (isAbove(from, publisher)) return `${tierNames[from]}的授权应由上级发布`;
      return isNodeCode(to) && !isWithin(to, publisher) ? `被授权的 ${to} 不在本区划内` : undefined;
    }
  }
}

/**
 * Reads a verified record. Refuses `link.schema` when this release does not understand it, `link.author` when it says
 * what its publisher may not say; such a record is kept and not used.
 */
export function readContent(record: PublishedRecord): Result<Content> {
  const { publisher, kind, key, version, state } = record;
  const content = isKind(kind) ? readers[kind](JSON.parse(state)) : undefined;
  if (content === undefined) return refuse('link.schema', `the ${kind} ${key}@${version} is not understood here`);
  if (keyOf(content) !== key || content.value.version !== version) {
    return refuse('link.author', `the ${kind} ${key}@${version} describes another record`);
  }
  const problem = findAuthorityProblem(publisher, content);
  return problem === undefined ? ok(content) : refuse('link.author', `${kind} ${key}@${version}: ${problem}`);
}
