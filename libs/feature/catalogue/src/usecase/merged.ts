import type { BaseItem, Department, ServiceItem } from '@tongban/domain/catalogue';
import type { Delegation } from '@tongban/domain/delegation';
import type { NodeCode } from '@tongban/kernel';
import type { Content } from '../content.js';

/** A record as it is about to be published. */
export interface NewVersion {
  readonly content: Content;
  readonly key: string;
  readonly version: number;
  /** Canonical JSON. */
  readonly state: string;
}

/** What is in force together. */
export interface Merged {
  readonly departments: ReadonlyMap<string, Department>;
  readonly items: ReadonlyMap<string, ServiceItem>;
  readonly bases: ReadonlyMap<string, BaseItem>;
  readonly delegations: readonly { readonly publisher: NodeCode; readonly value: Delegation }[];
}
