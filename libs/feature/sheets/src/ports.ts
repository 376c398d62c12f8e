import type { Catalogue, Department } from '@tongban/domain/catalogue';
import type { Actor, Clock, NodeCode, Result, Uuid } from '@tongban/kernel';

export interface SheetPublication {
  readonly published: number;
  readonly unchanged: number;
  readonly items: number;
  readonly departments: number;
  readonly delegations: number;
}

/** What import and export need of the host's catalogue. */
export interface SheetCatalogue {
  /** The newest version of each record that the node itself has published and not withdrawn. */
  published(node: NodeCode): Promise<Catalogue>;
  /** Every department that the node sees, its own and those from above. */
  departmentsOf(node: NodeCode): readonly Department[];
  /** Publishes all or nothing; the same key gives the same answer again. */
  publish(input: {
    readonly node: NodeCode;
    readonly catalogue: Catalogue;
    readonly actor: Actor;
    readonly key: Uuid;
    readonly traceparent?: string;
  }): Promise<Result<SheetPublication>>;
}

export interface SheetOptions {
  readonly catalogue: SheetCatalogue;
  readonly clock: Clock;
}
