import { addressTokens, ancestorAt, parentOf, tierOf, tiers, type NodeCode, type Tier } from '@tongban/kernel';

/**
 * The only place that spells subjects and streams. The tier comes before the five address tokens because a wildcard
 * cannot say "not 000": `…37.11.*.*.000` would match districts and the city too (ADR 0004).
 */
export const streams = { inbox: 'INBOX', catalogue: 'CATALOG' } as const;

export const inboxSubject = (receiver: NodeCode): string => `tongban.inbox.${address(receiver)}`;

export const statusSubject = (receiver: NodeCode): string => `tongban.status.${address(receiver)}`;

export const catalogueSubject = (publisher: NodeCode, kind: string, key: string): string =>
  `tongban.catalog.${address(publisher)}.${kind}.${key}`;

export const streamSubjects = {
  inbox: 'tongban.inbox.>',
  catalogue: 'tongban.catalog.>',
} as const;

/** Filters that cover the nodes of one tier below each of the given prefixes (`371102*`) or exact codes. */
export const inboxFilters = (tier: Tier, scopes: readonly string[]): string[] =>
  scopes.map((scope) => `tongban.inbox.${tier}.${scopeTokens(scope)}`);

export const statusFilters = (tier: Tier, scopes: readonly string[]): string[] =>
  scopes.map((scope) => `tongban.status.${tier}.${scopeTokens(scope)}`);

const address = (node: NodeCode): string => `${tierOf(node)}.${addressTokens(node).join('.')}`;

/** Digits that end each of the five address tokens. */
const tokenEnds = [2, 4, 6, 9, 12] as const;

function scopeTokens(scope: string): string {
  if (!scope.endsWith('*')) return addressTokens(scope as NodeCode).join('.');
  const digits = scope.slice(0, -1);
  const tokens: string[] = [];
  let start = 0;
  for (const end of tokenEnds) {
    if (digits.length < end) break;
    tokens.push(digits.slice(start, end));
    start = end;
  }
  if (start !== digits.length) throw new Error(`a prefix ends between address parts: ${scope}`);
  return tokens.length === tokenEnds.length ? tokens.join('.') : [...tokens, '>'].join('.');
}

/** Durable consumer of a host: one per tier and scope, so that a restart finds it again. */
export const hostConsumer = (tier: Tier, scopes: readonly string[]): string =>
  `host_${tier}_${scopes.map((scope) => scope.replace('*', 'x')).join('_')}`;

/**
 * What a host may do on the hub: the template of a scoped signing key. `{{tag(x)}}` stands for each `x:` of the user's
 * tags, `{{name()}}` for its name. There is no subject of administration in it: streams and consumers are made by others.
 */
export const hostTemplate = {
  publish: [
    'tongban.inbox.{{tag(link)}}',
    'tongban.status.{{tag(link)}}',
    'tongban.catalog.{{tag(publish)}}',
    ...[`${streams.inbox}.{{tag(inbox)}}`, `${streams.catalogue}.{{tag(catalogue)}}`].flatMap((consumer) => [
      `$JS.API.CONSUMER.INFO.${consumer}`,
      `$JS.API.CONSUMER.MSG.NEXT.${consumer}`,
      `$JS.ACK.${consumer}.>`,
    ]),
    // What the stream of public catalogue records holds: a host puts its own there again when the stream was lost.
    '$JS.API.INFO',
    `$JS.API.STREAM.INFO.${streams.catalogue}`,
  ],
  subscribe: ['_INBOX.{{name()}}.>', 'tongban.status.{{tag(own)}}'],
} as const;

/** Where a host asks the hub how its own consumer stands, and what time it is there. */
export const consumerInfoSubject = (stream: string, consumer: string): string =>
  `$JS.API.CONSUMER.INFO.${stream}.${consumer}`;

/** What the administrator may do: look after streams and consumers, and read no message. */
export const administratorTemplate = {
  publish: ['$JS.API.INFO', '$JS.API.STREAM.*.>', '$JS.API.STREAM.*', '$JS.API.CONSUMER.*.>'],
  publishDenied: ['$JS.API.STREAM.MSG.>', '$JS.API.CONSUMER.MSG.>', '$JS.API.STREAM.SNAPSHOT.>'],
  subscribe: ['_INBOX.{{name()}}.>'],
} as const;

/** Where answers to a user of the hub come: nobody else may listen there. */
export const privateInbox = (user: string): string => `_INBOX.${user}`;

export interface HostPlace {
  readonly tier: Tier;
  /** Codes and prefixes of its nodes. */
  readonly scopes: readonly string[];
  readonly inboxConsumer: string;
  readonly catalogueConsumer: string;
}

/** Tags that fill `hostTemplate` for a host: its nodes, their neighbours, its consumers. */
export function hostTags({ tier, scopes, inboxConsumer, catalogueConsumer }: HostPlace): string[] {
  const own = scopes.map((scope) => `${tier}.${scopeTokens(scope)}`);
  const links = scopes.flatMap((scope) => [parentsOf(tier, scope), childrenOf(tier, scope)]);
  return [
    ...own.map((address) => `own:${address}`),
    ...own.map((address) => `publish:${address.endsWith('>') ? address : `${address}.>`}`),
    ...[...new Set(links)].flatMap((address) => (address === undefined ? [] : [`link:${address}`])),
    `inbox:${inboxConsumer}`,
    `catalogue:${catalogueConsumer}`,
  ];
}

/** The division that a scope names: a prefix stands for the division with these digits. */
const divisionOf = (scope: string): NodeCode => scope.replace('*', '').padEnd(tokenEnds[4], '0') as NodeCode;

function parentsOf(tier: Tier, scope: string): string | undefined {
  const above = tiers[tiers.indexOf(tier) - 1];
  if (above === undefined) return undefined;
  const division = divisionOf(scope);
  const parent = scope.endsWith('*') ? ancestorAt(division, above) : parentOf(division);
  return parent === undefined ? `${above}.${scopeTokens(scope)}` : address(parent);
}

function childrenOf(tier: Tier, scope: string): string | undefined {
  const division = divisionOf(scope);
  const isOwnDistrict = tier === 'city' && ancestorAt(division, 'district') === division;
  const below = tiers[tiers.indexOf(tier) + (isOwnDistrict ? 2 : 1)];
  if (below === undefined) return undefined;
  const digits = scope.endsWith('*') ? scope.slice(0, -1) : division.slice(0, tokenEnds[tiers.indexOf(tier)]);
  return `${below}.${scopeTokens(`${digits}*`)}`;
}
