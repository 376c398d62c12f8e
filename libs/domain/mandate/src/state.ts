import type { LocalDate } from '@tongban/domain/calendar';
import { ownershipTypes, type EntryView, type Instant, type NodeCode, type Role } from '@tongban/kernel';
import {
  mandateEntrySchemas,
  mandateSchemasOf,
  type EvidenceKind,
  type MandatePower,
  type RevocationReason,
} from './schemas.js';

/** What the facts of a mandate say: plain JSON, and nothing by which a person is known. */
export type MandateState = {
  readonly principalRef: string;
  readonly agentSubject: string;
  readonly items: readonly string[];
  readonly powers: readonly MandatePower[];
  readonly from: LocalDate;
  readonly until: LocalDate;
  readonly evidence: { readonly kind: EvidenceKind; readonly digest: string };
  readonly witnessed: boolean;
  readonly grantedAt: Instant;
  readonly revoked: {
    /** The first day on which the mandate covers nothing any more. */
    readonly on: LocalDate;
    readonly at: Instant;
    readonly reasonCode: RevocationReason;
    readonly role: Role;
  } | null;
  readonly seq: number;
  readonly epoch: number;
  readonly owner: NodeCode;
  readonly lastOccurredAt: Instant;
};

/** Folds one entry that checkMandateEntry has passed; a record that does not begin with a grant throws. */
export function evolveMandate(state: MandateState | undefined, entry: EntryView): MandateState {
  const { seq, epoch, author: owner, occurredAt, recordedAt } = entry;
  if (entry.version !== 1 && mandateSchemasOf(entry.type, entry.version) === undefined)
    throw new Error(`unknown entry ${entry.type} v${entry.version}`);
  if (entry.type === 'mandate.granted') {
    if (state !== undefined) throw new Error(`record ${entry.record} is granted twice`);
    const { agent, ...facts } = mandateEntrySchemas[entry.type][1].facts.parse(entry.facts);
    const place = { seq, epoch, owner, lastOccurredAt: occurredAt };
    return { ...facts, agentSubject: agent.subject, grantedAt: recordedAt, revoked: null, ...place };
  }
  if (state === undefined) throw new Error(`record ${entry.record} does not begin with mandate.granted`);
  const moved = { ...state, seq, epoch };
  switch (entry.type) {
    case 'mandate.revoked': {
      const { reasonCode, revokedOn: on } = mandateEntrySchemas[entry.type][1].facts.parse(entry.facts);
      const lastOccurredAt = Math.max(state.lastOccurredAt, occurredAt);
      return { ...moved, lastOccurredAt, revoked: { on, at: recordedAt, reasonCode, role: entry.actor.role } };
    }
    case ownershipTypes.offered:
      return moved;
    case ownershipTypes.taken:
      return { ...moved, owner };
    default:
      throw new Error(`unknown entry ${entry.type} v${entry.version}`);
  }
}
