import { addDays, type LocalDate } from '@tongban/domain/calendar';

/** One version of a record with the dates that it states, both included; a tombstone has the day of the withdrawal. */
export interface DatedVersion {
  readonly version: number;
  readonly validFrom: LocalDate;
  readonly validTo?: LocalDate | undefined;
  readonly withdrawn?: boolean;
}

/** When a version really applies. `until` is the first day on which it does not; open when absent. */
export interface EffectivePeriod {
  readonly version: number;
  readonly from: LocalDate;
  readonly until?: LocalDate;
}

/**
 * A version applies from its first day until it ends, a higher one begins or the record is withdrawn, whichever comes
 * first. Versions that never apply are left out; what is left never overlaps.
 */
export function effectivePeriods(versions: readonly DatedVersion[]): EffectivePeriod[] {
  const highestFirst = [...versions].sort((a, b) => b.version - a.version);
  const periods: EffectivePeriod[] = [];
  let earliestAbove: LocalDate | undefined;
  for (const { version, validFrom, validTo, withdrawn } of highestFirst) {
    const ends = [earliestAbove, validTo === undefined ? undefined : addDays(validTo, 1)];
    const until = ends.filter((day) => day !== undefined).sort()[0];
    const isEmpty = until !== undefined && until <= validFrom;
    if (withdrawn !== true && !isEmpty) {
      periods.push(until === undefined ? { version, from: validFrom } : { version, from: validFrom, until });
    }
    if (earliestAbove === undefined || validFrom < earliestAbove) earliestAbove = validFrom;
  }
  return periods.reverse();
}

/**
 * The published version that a new one with these dates would overlap. An open-ended version may be followed by one that
 * begins later; one whose end was announced must have ended; and nothing may begin before what is published already.
 */
export function findOverlap(
  published: readonly DatedVersion[],
  next: Pick<DatedVersion, 'validFrom'>,
): DatedVersion | undefined {
  const tombstone = Math.max(0, ...published.filter(({ withdrawn }) => withdrawn).map(({ version }) => version));
  return published.find(
    ({ version, validFrom, validTo }) =>
      version > tombstone && next.validFrom <= (validTo !== undefined && validTo > validFrom ? validTo : validFrom),
  );
}
