import { caseworkPolicy } from './casework.js';
import { cataloguePolicy } from './catalogue.js';
import { operationPolicy } from './operation.js';
import type { Rule } from './rule.js';
import { servicePolicy } from './service.js';

/**
 * Who may use which operation of the API: the one table, from which every route takes its rule. What depends on the record
 * itself (who handled it, whose it is, how far it has come) is decided by the rules of its class.
 */
export const policy = {
  ...caseworkPolicy,
  ...servicePolicy,
  ...cataloguePolicy,
  ...operationPolicy,
} as const satisfies Readonly<Record<string, Rule>>;
export type Operation = keyof typeof policy;
