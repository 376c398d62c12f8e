import type { ApplicantForm } from '@tongban/domain/catalogue';
import type { ItemPin, NamedMaterial } from '@tongban/domain/casework';
import type { EndingPower, QuotaGrant, Route } from '@tongban/domain/delegation';
import type { Sql } from '@tongban/journal';
import type { NodeCode, Result, Uuid } from '@tongban/kernel';

/** What casework needs of the catalogue that this host holds. */
export interface ItemSource {
  /**
   * The item in force on a day (`YYYY-MM-DD`) and who does what with a case taken in at the node. `usedUp`: delegations
   * whose quota the node has used up.
   */
  route(node: NodeCode, code: string, on: string, usedUp?: readonly string[]): Result<RoutedItem>;
  /** Powers over running cases that the node has lost by a day and holds by no other delegation. */
  endings(node: NodeCode, code: string, on: string): readonly EndingPower[];
  /** Delegations with a quota under which the node takes cases of the item on a day. */
  quotas(node: NodeCode, code: string, on: string): readonly QuotaGrant[];
  /** What a case keeps of one version; undefined when this host does not hold it. */
  findPin(node: NodeCode, code: string, version: number): ItemPin | undefined;
  /** What one version asks for; undefined when this host does not hold it. */
  findMaterials(node: NodeCode, code: string, version: number): Promise<ItemMaterials | undefined>;
}

export interface RoutedItem {
  readonly pin: ItemPin;
  readonly route: Route;
  readonly presenceRequired: boolean;
  /** True where the catalogue says that nobody may apply on line. */
  readonly offline?: boolean;
}

export interface ItemMaterials {
  readonly known: readonly string[];
  readonly required: readonly string[];
  /** All of them, as people call them: by name a material of one item is known in another. */
  readonly named: readonly NamedMaterial[];
  /** What is to be filled in. */
  readonly form: ApplicantForm;
}

export interface StoredAttachment {
  readonly digest: string;
  readonly size: number;
  readonly mediaType: string;
}

export interface HeldPart {
  readonly held: number;
  readonly complete: boolean;
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
  /** How much of a sealed file that comes in pieces is here, in bytes. */
  held(digest: string): Promise<HeldPart>;
  /** The next piece. Refusals: attachment.offset, .digest, .too-large, .empty, service.busy. */
  receive(digest: string, size: number, offset: number, piece: Buffer): Promise<Result<HeldPart>>;
  /** Makes a sealed file an upload of the node. Refusals: as `open`, attachment.type, .too-large, .digest. */
  adopt(
    sql: Sql,
    node: NodeCode,
    file: StoredAttachment & { readonly key: string },
    subject: string,
  ): Promise<Result<StoredAttachment & { readonly key: string }>>;
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

/** Takes money on line. All calls may be made again: the same notice has one order, one receipt and one return. */
export interface PaymentProvider {
  readonly name: string;
  /** The code by which the payer pays. Refusal fee.provider-unavailable. */
  open(order: PaymentOrder): Promise<Result<{ readonly payCode: string }>>;
  /** The receipt once the money is there; its origin has been checked. Refusal fee.provider-unavailable. */
  find(order: PaymentOrder): Promise<Result<ProviderReceipt | undefined>>;
  /** Sends the money of a receipt back to who paid it. Refusal fee.provider-unavailable. */
  giveBack(order: PaymentOrder, receipt: ProviderReceipt): Promise<Result<void>>;
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
