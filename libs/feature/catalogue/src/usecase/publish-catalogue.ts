import type { Sql } from '@tongban/journal';
import { ok, type Result } from '@tongban/kernel';
import type { Publication } from '../store/publication-store.js';
import { appendRecords, heldFor, signedVersion } from './append-records.js';
import { once, type CommandInput, type WriteTools } from './command.js';
import { decidePublication, type CataloguePart } from './decide-publication.js';

export interface PublishInput extends CommandInput {
  readonly catalogue: CataloguePart;
}

/**
 * Publishes a part of a node's catalogue, all or nothing, in one transaction: checked, signed, stored and put into the
 * outbox. The same key gives the same answer again; with another content it is refused with request.key-reused.
 */
export class PublishCatalogue {
  constructor(private readonly tools: WriteTools) {}

  publish(input: PublishInput): Promise<Result<Publication>> {
    return once(this.tools, input, input.catalogue, (sql) => this.attempt(sql, input));
  }

  private async attempt(sql: Sql, { node, catalogue, traceparent }: PublishInput): Promise<Result<Publication>> {
    const decision = decidePublication(node, catalogue, await heldFor(sql, node));
    if (!decision.ok) return decision;
    const { versions, unchanged } = decision.value;
    const now = this.tools.clock.now();
    const records = versions.map((version) => signedVersion(this.tools.keystore, node, version, now));
    await appendRecords(sql, records, now, traceparent);
    return ok({
      published: records.length,
      unchanged,
      items: catalogue.items?.length ?? 0,
      departments: catalogue.departments?.length ?? 0,
      delegations: catalogue.delegations?.length ?? 0,
    });
  }
}
