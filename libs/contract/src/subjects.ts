import { addressTokens, tierOf, type NodeCode, type Tier } from '@tongban/kernel';

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
