import {
  agentSchema,
  baseItemSchema,
  departmentSchema,
  localisationSchema,
  serviceItemSchema,
  stationingSchema,
  type Agent,
  type BaseItem,
  type Department,
  type Localisation,
  type ServiceItem,
  type Stationing,
} from '@tongban/domain/catalogue';
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
import type { z } from 'zod';
import type { PublishedRecord } from './record.js';

/** What a record says. */
export type Content =
  | { readonly kind: 'department'; readonly value: Department }
  | { readonly kind: 'item'; readonly value: ServiceItem }
  | { readonly kind: 'delegation'; readonly value: Delegation }
  | { readonly kind: 'base'; readonly value: BaseItem }
  | { readonly kind: 'localisation'; readonly value: Localisation }
  | { readonly kind: 'stationing'; readonly value: Stationing }
  | { readonly kind: 'agent'; readonly value: Agent };

type Reader = (json: unknown) => Content | undefined;

/** One reader per kind: a schema, and the content that it makes. */
function reader<T>(schema: z.ZodType<T>, contentOf: (value: T) => Content): Reader {
  return (json) => {
    const read = schema.safeParse(json);
    return read.success ? contentOf(read.data) : undefined;
  };
}

const readers: Readonly<Record<Content['kind'], Reader>> = {
  department: reader(departmentSchema, (value) => ({ kind: 'department', value })),
  base: reader(baseItemSchema, (value) => ({ kind: 'base', value })),
  item: reader(serviceItemSchema, (value) => ({ kind: 'item', value })),
  delegation: reader(delegationSchema, (value) => ({ kind: 'delegation', value })),
  localisation: reader(localisationSchema, (value) => ({ kind: 'localisation', value })),
  stationing: reader(stationingSchema, (value) => ({ kind: 'stationing', value })),
  agent: reader(agentSchema, (value) => ({ kind: 'agent', value })),
};

/** What names a record among those of its publisher and kind. */
export function keyOf(content: Content): string {
  switch (content.kind) {
    case 'item':
    case 'base':
      return content.value.code;
    case 'localisation':
      return content.value.item;
    default:
      return content.value.id;
  }
}

const isKind = (kind: string): kind is Content['kind'] => Object.hasOwn(readers, kind);

/** The top of those who run a catalogue; of the province the tree has nothing but the base catalogue. */
const publishersTop: Tier = 'city';

function isAbove(tier: Tier, publisher: NodeCode): boolean {
  const own = tierOf(publisher);
  return tiers.indexOf(own) > tiers.indexOf(publishersTop) && tiers.indexOf(tier) < tiers.indexOf(own);
}

/** Why this publisher may not say this, in the publisher's words; undefined when it may. */
export function findAuthorityProblem(publisher: NodeCode, content: Content): string | undefined {
  if (tierOf(publisher) === 'province' && content.kind !== 'base') return '省级节点只下发基本目录';
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
    case 'base':
      return ['province', publishersTop].includes(tierOf(publisher)) ? undefined : '基本目录由省级下发或市级转发';
    case 'localisation':
      return tierOf(publisher) === publishersTop ? '市级直接修订实施清单，不作本地化' : undefined;
    case 'stationing':
      return isWithin(content.value.hall, publisher) ? undefined : `${content.value.hall} 的大厅不在本区划内`;
    case 'agent': {
      const { node } = content.value;
      if (!isWithin(node, publisher)) return `代办员所在的 ${node} 不在本区划内`;
      return ['township', 'village'].includes(tierOf(node)) ? undefined : '代办员应在乡镇（街道）或村（社区）';
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
