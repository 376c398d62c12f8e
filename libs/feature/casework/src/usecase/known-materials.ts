import { localDate } from '@tongban/domain/calendar';
import {
  offerKnown,
  type Attachment,
  type CaseState,
  type EarlierCase,
  type KnownOffer,
} from '@tongban/domain/casework';
import type { Sql } from '@tongban/journal';
import { ok, refuse, type NodeCode, type Result } from '@tongban/kernel';
import type { ItemMaterials } from '../ports.js';
import { readEarlierCases, type EarlierRow } from '../store/applicant-store.js';
import type { Caller, CaseworkTools } from './context.js';
import { openParts, recordReading } from './dossier.js';

/** Earlier cases that are looked through, newest first. */
export const maxEarlierCases = 50;

type Tools = Pick<CaseworkTools, 'items' | 'sealer' | 'clock'>;

interface Asked {
  readonly applicantRef: string;
  readonly wanted: ItemMaterials;
}

/**
 * Materials of the item that earlier cases of the applicant at this node make known. Somebody at home learns only of
 * cases of their own: the number of an identity card is no secret.
 */
export async function findKnown(
  tools: Pick<Tools, 'items' | 'clock'>,
  sql: Sql,
  { node, role, person }: Pick<Caller, 'node' | 'role' | 'person'>,
  { applicantRef, wanted }: Asked,
): Promise<KnownOffer[]> {
  const rows = await readEarlierCases(sql, node, applicantRef, maxEarlierCases);
  const own = role === 'resident' ? rows.filter(({ state }) => isSubmitter(state, person.subject)) : rows;
  const earlier: EarlierCase[] = [];
  for (const row of own) earlier.push(await earlierOf(tools, node, row));
  return offerKnown(wanted.named, earlier, localDate(tools.clock.now()));
}

const isSubmitter = ({ handlers }: CaseState, subject: string): boolean => handlers.submitted?.subject === subject;

async function earlierOf(
  { items }: Pick<Tools, 'items'>,
  node: NodeCode,
  { record, state }: EarlierRow,
): Promise<EarlierCase> {
  const { item, channel, received, acceptedAt, closing, certificate, materials } = state;
  const held = await items.findMaterials(node, item.code, item.version);
  return {
    ...{ record, channel, closing, certificate, materials },
    received: received !== null,
    isAccepted: acceptedAt !== null,
    named: held?.named ?? [],
  };
}

/**
 * The files of known materials that the applicant wants to use again, as if they had been handed in. Refusal
 * case.material-not-offered.
 */
export async function reuseFiles(
  tools: Tools,
  sql: Sql,
  caller: Pick<Caller, 'node' | 'role' | 'person'>,
  offers: readonly KnownOffer[],
  codes: readonly string[],
): Promise<Result<Attachment[]>> {
  const attachments: Attachment[] = [];
  for (const code of new Set(codes)) {
    const offer = offers.find(({ material }) => material === code);
    if (offer?.file === undefined)
      return refuse('case.material-not-offered', `没有可以沿用的材料“${code}”`, { material: code });
    const { node, role, person } = caller;
    const reader = { node, role, subject: person.subject, purpose: '沿用申请人以往提交的材料' };
    await recordReading(tools, sql, reader, offer.record, offer.file.digest);
    const parts = await openParts(tools, sql, node, offer.record);
    if (!parts.ok) return parts;
    const files = parts.value.flatMap(({ content }) => (content['files'] ?? []) as unknown as readonly SealedFile[]);
    const file = files.find(({ digest }) => digest === offer.file?.digest);
    if (file === undefined)
      return refuse('case.material-not-offered', `没有可以沿用的材料“${code}”`, { material: code });
    const { digest, size, mediaType } = offer.file;
    attachments.push({ material: code, digest, size, mediaType, name: file.name, key: file.key });
  }
  return ok(attachments);
}

interface SealedFile {
  readonly digest: string;
  readonly name: string;
  readonly key: string;
}
