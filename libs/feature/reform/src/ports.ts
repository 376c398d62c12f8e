import type { Catalogue } from '@tongban/domain/catalogue';
import type { Sql } from '@tongban/journal';
import type { Actor, Clock, NodeCode, Random, Result, Uuid } from '@tongban/kernel';

/** Runs statements in one transaction; what it throws has rolled back. */
export interface ReformTransactor {
  run<T>(body: (sql: Sql) => Promise<T>): Promise<T>;
}

export interface RoundPublication {
  readonly published: number;
  readonly unchanged: number;
}

/** What a round needs of the host's catalogue. */
export interface ReformCatalogue {
  /** The newest version of each record that the node itself has published and not withdrawn. */
  published(node: NodeCode): Promise<Pick<Catalogue, 'items'>>;
  /** Publishes all or nothing in one transaction; the same key gives the same answer again. */
  publish(input: {
    readonly node: NodeCode;
    readonly catalogue: Pick<Catalogue, 'items' | 'delegations'>;
    readonly actor: Actor;
    readonly key: Uuid;
    readonly traceparent?: string;
  }): Promise<Result<RoundPublication>>;
}

export interface ReformOptions {
  readonly transactor: ReformTransactor;
  readonly catalogue: ReformCatalogue;
  readonly clock: Clock;
  readonly random: Random;
}
