import { addDays, localDate } from '@tongban/domain/calendar';
import { effectivePeriods, type DatedVersion } from '@tongban/domain/catalogue';
import type { Sql } from '@tongban/journal';
import type { PublishedRecord, RecordId } from '../record.js';
import { countPeriods, replacePeriods, type RecordPeriod } from '../store/period-store.js';
import { readHistories, readVersionIds } from '../store/record-store.js';
import { heldVersion, type HeldVersion } from './held.js';

const placeOf = ({ publisher, kind, key }: RecordId): string => `${publisher}/${kind}/${key}`;
const hasPeriods = ({ kind }: RecordId): boolean => kind === 'item' || kind === 'delegation';

/** The dates of a version: what it states, for a tombstone the day it was published, nothing for what is not understood. */
export function datesOf({ id, content, withdrawn, publishedAt }: HeldVersion): DatedVersion | undefined {
  if (withdrawn) return { version: id.version, validFrom: localDate(publishedAt), withdrawn };
  if (content?.kind === 'item') {
    return { version: id.version, validFrom: content.value.validFrom, validTo: content.value.validTo };
  }
  if (content?.kind !== 'delegation') return undefined;
  const { validFrom, validTo, revokedOn } = content.value;
  // The day of a revocation is the first without the power.
  if (revokedOn !== undefined && (validTo === undefined || revokedOn <= validTo)) {
    const isEmpty = revokedOn <= validFrom;
    return { version: id.version, validFrom, ...(isEmpty ? { withdrawn: true } : { validTo: addDays(revokedOn, -1) }) };
  }
  return { version: id.version, validFrom, validTo };
}

function periodsOf(versions: readonly HeldVersion[]): RecordPeriod[] {
  const byPlace = new Map<string, HeldVersion[]>();
  for (const version of versions)
    byPlace.set(placeOf(version.id), [...(byPlace.get(placeOf(version.id)) ?? []), version]);
  return [...byPlace.values()].flatMap((list) => {
    const [first] = list;
    const dated = list.flatMap((version) => datesOf(version) ?? []);
    return effectivePeriods(dated).map((period) => ({ id: first!.id, period }));
  });
}

/** Brings the periods of these records up to date; the database refuses any that would overlap. */
export async function keepPeriods(sql: Sql, records: readonly PublishedRecord[]): Promise<void> {
  const places = new Map(records.filter(hasPeriods).map((record) => [placeOf(record), record]));
  if (places.size === 0) return;
  const ids = [...places.values()];
  const versions = (await readHistories(sql, ids)).map(heldVersion);
  await replacePeriods(sql, ids, periodsOf(versions));
}

const recordsPerFill = 500;

/** Fills the periods of a database that was there before they were kept. */
export async function fillPeriods(sql: Sql): Promise<void> {
  if ((await countPeriods(sql)) > 0) return;
  const ids = [...new Map((await readVersionIds(sql)).filter(hasPeriods).map((id) => [placeOf(id), id])).values()];
  for (let start = 0; start < ids.length; start += recordsPerFill) {
    const some = ids.slice(start, start + recordsPerFill);
    await replacePeriods(sql, some, periodsOf((await readHistories(sql, some)).map(heldVersion)));
  }
}
