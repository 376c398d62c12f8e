import type { ItemPin } from '@tongban/domain/casework';
import type { Route } from '@tongban/domain/delegation';
import type { Sql } from '@tongban/journal';
import type { NodeCode, Result, Uuid } from '@tongban/kernel';

/** What casework needs of the catalogue that this host holds. */
export interface ItemSource {
  /** The item in force on a day (`YYYY-MM-DD`) and who does what with a case taken in at the node. */
  route(node: NodeCode, code: string, on: string): Result<RoutedItem>;
  /** Materials of one version; undefined when this host does not hold it. */
  findMaterials(node: NodeCode, code: string, version: number): Promise<ItemMaterials | undefined>;
}

export interface RoutedItem {
  readonly pin: ItemPin;
  readonly route: Route;
  readonly presenceRequired: boolean;
}

export interface ItemMaterials {
  readonly known: readonly string[];
  readonly required: readonly string[];
}

export interface StoredAttachment {
  readonly digest: string;
  readonly size: number;
  readonly mediaType: string;
}

/** Attachments of this host, sealed under a key of their own. */
export interface AttachmentSource {
  /** Checks type and size, seals under a fresh key and keeps. Refusals: attachment.type, .empty, .too-large. */
  put(
    sql: Sql,
    node: NodeCode,
    bytes: Buffer,
    declaredType: string,
    subject: string,
  ): Promise<Result<StoredAttachment & { readonly key: string }>>;
  find(sql: Sql, node: NodeCode, digests: readonly string[]): Promise<readonly StoredAttachment[]>;
  /** Has the attachments sent to the parent, once they are here. */
  sendUp(sql: Sql, node: NodeCode, digests: readonly string[]): Promise<void>;
  /** The opened bytes. Refusals: attachment.unknown, attachment.not-here. */
  open(node: NodeCode, digest: string, key: string): Promise<Result<Buffer>>;
}

/** What is to be paid, as the provider is told: no person, no item. */
export interface PaymentOrder {
  readonly noticeNumber: string;
  /** In fen. */
  readonly amountFen: number;
  /** The node that collects. */
  readonly collector: NodeCode;
}

export interface ProviderReceipt {
  readonly noticeNumber: string;
  readonly amountFen: number;
  readonly receiptNumber: string;
  /** Milliseconds since 1970. */
  readonly paidAt: number;
}

/** Takes money on line. Both calls may be made again: the same notice has one order and one receipt. */
export interface PaymentProvider {
  readonly name: string;
  /** The code by which the payer pays. Refusal fee.provider-unavailable. */
  open(order: PaymentOrder): Promise<Result<{ readonly payCode: string }>>;
  /** The receipt once the money is there; its origin has been checked. Refusal fee.provider-unavailable. */
  find(order: PaymentOrder): Promise<Result<ProviderReceipt | undefined>>;
}

export interface Clock {
  now(): number;
}

/** Pseudonyms and codes that only this node can compute, and computes the same every time. */
export interface NodeSecrets {
  /** Hex HMAC of a text under the node's secret for a purpose. */
  hmac(node: NodeCode, purpose: string, text: string): string;
}

export type { Uuid };
