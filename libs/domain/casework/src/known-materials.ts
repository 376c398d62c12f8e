import type { LocalDate } from '@tongban/domain/calendar';
import type { Channel, Closing } from './codes.js';
import type { MaterialFact } from './fields.js';
import type { TrustLevel } from './reception-codes.js';
import type { Certificate } from './state.js';

/** A material as the catalogue names it; `applicant`: made by the applicant, not issued by anybody. */
export interface NamedMaterial {
  readonly code: string;
  readonly name: string;
  readonly source: 'applicant' | 'government' | 'other';
}

/** What an earlier case of the same applicant says without its sealed parts. */
export interface EarlierCase {
  readonly record: string;
  readonly channel: Channel;
  /** Received over a counter, whatever the channel on which it began. */
  readonly received: boolean;
  readonly isAccepted: boolean;
  readonly closing: Closing | null;
  readonly certificate: Certificate | null;
  readonly materials: readonly MaterialFact[];
  readonly named: readonly NamedMaterial[];
}

export interface KnownOffer {
  readonly material: string;
  readonly trust: TrustLevel;
  readonly record: string;
  /** The file that can be used again; absent for what we issued ourselves and can look up. */
  readonly file?: MaterialFact;
  readonly certificateNumber?: string;
}

function offerFrom(wanted: NamedMaterial, earlier: EarlierCase, today: LocalDate): KnownOffer | undefined {
  const { record, certificate, closing } = earlier;
  const isValid = certificate !== null && (certificate.validTo === null || certificate.validTo >= today);
  if (closing === 'certified' && isValid && certificate.resultName === wanted.name)
    return { material: wanted.code, trust: 'A', record, certificateNumber: certificate.number };
  const codes = earlier.named.filter(({ name }) => name === wanted.name).map(({ code }) => code);
  const file = earlier.materials.findLast(({ material }) => codes.includes(material));
  if (file === undefined || !earlier.isAccepted) return undefined;
  const seen = earlier.channel === 'window' || earlier.received;
  const trust = wanted.source === 'applicant' ? 'D' : seen ? 'B' : 'C';
  return { material: wanted.code, trust, record, file };
}

/**
 * What need not be handed in again, each at the best level that an earlier case gives (国令716号 article 7; levels of
 * 国办函〔2016〕108号). Materials are the same when the catalogue calls them the same; `earlier` is newest first.
 */
export function offerKnown(
  wanted: readonly NamedMaterial[],
  earlier: readonly EarlierCase[],
  today: LocalDate,
): KnownOffer[] {
  return wanted.flatMap((material) => {
    const offers = earlier.flatMap((each) => offerFrom(material, each, today) ?? []);
    // Stable: of equal levels the newest stays first.
    return offers.sort((a, b) => (a.trust < b.trust ? -1 : a.trust > b.trust ? 1 : 0)).slice(0, 1);
  });
}
