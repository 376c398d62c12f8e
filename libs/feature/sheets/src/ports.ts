import type { Catalogue, Department, ServiceItem, WholeCatalogue } from '@tongban/domain/catalogue';
import type { Actor, Clock, NodeCode, Result, Uuid } from '@tongban/kernel';

export interface SheetPublication {
  readonly published: number;
  readonly unchanged: number;
  readonly items: number;
  readonly departments: number;
  readonly delegations: number;
}

/** Waits for a second person's approval. */
export interface SheetProposal extends Omit<SheetPublication, 'published'> {
  readonly proposal: Uuid;
  readonly seq: number;
  readonly toPublish: number;
}

export type SheetOutcome =
  | { readonly state: 'published'; readonly publication: SheetPublication }
  | { readonly state: 'proposed'; readonly proposed: SheetProposal };

/** What import and export need of the host's catalogue. */
export interface SheetCatalogue {
  /** The newest version of each record that the node itself has published and not withdrawn. */
  published(node: NodeCode): Promise<WholeCatalogue>;
  /** Every department that the node sees, its own and those from above. */
  departmentsOf(node: NodeCode): readonly Department[];
  /** Every item that the node sees, as the version in force says it. */
  itemsOf(node: NodeCode): readonly ServiceItem[];
  /** Puts a publication forward, all or nothing; the same key gives the same answer again. */
  propose(input: {
    readonly node: NodeCode;
    readonly catalogue: Catalogue;
    readonly actor: Actor;
    readonly actorName?: string | undefined;
    readonly key: Uuid;
    readonly traceparent?: string;
  }): Promise<Result<SheetOutcome>>;
}

export interface SheetOptions {
  readonly catalogue: SheetCatalogue;
  readonly clock: Clock;
}
