import type { Sql } from '@tongban/journal';
import { ok, type Result } from '@tongban/kernel';
import type { Publication } from '../store/publication-store.js';
import { appendRecords, heldFor, signedVersion } from './append-records.js';
import { once, type CommandInput, type WriteTools } from './command.js';
import type { CataloguePart, PublicationDecision } from './decide-publication.js';
import { judgePublication } from './judge-publication.js';

export interface PublishInput extends CommandInput {
  readonly catalogue: CataloguePart;
}

/** Signs and stores what was decided; the transaction is the command's. */
export async function appendPublication(
  { keystore, clock }: WriteTools,
  sql: Sql,
  { node, catalogue, traceparent }: Pick<PublishInput, 'node' | 'catalogue' | 'traceparent'>,
  { versions, unchanged }: PublicationDecision,
): Promise<Publication> {
  const now = clock.now();
  const records = versions.map((version) => signedVersion(keystore, node, version, now));
  await appendRecords(sql, records, now, traceparent);
  return { published: records.length, unchanged, ...countsOf(catalogue) };
}

export const countsOf = ({ items = [], departments = [], delegations = [] }: CataloguePart) => ({
  items: items.length,
  departments: departments.length,
  delegations: delegations.length,
});

/**
 * Publishes a part of a node's catalogue, all or nothing, in one transaction: checked, signed, stored and put into the
 * outbox. The same key gives the same answer again; with another content it is refused with request.key-reused. For
 * content that a second person has approved already (a round of reform); what one person brings goes by
 * {@link ProposeCatalogue}.
 */
export class PublishCatalogue {
  constructor(private readonly tools: WriteTools) {}

  publish(input: PublishInput): Promise<Result<Publication>> {
    return once(this.tools, input, input.catalogue, (sql) => this.attempt(sql, input));
  }

  private async attempt(sql: Sql, input: PublishInput): Promise<Result<Publication>> {
    const { node, catalogue } = input;
    const decision = await judgePublication(this.tools.files, node, catalogue, await heldFor(sql, node));
    return decision.ok ? ok(await appendPublication(this.tools, sql, input, decision.value)) : decision;
  }
}
