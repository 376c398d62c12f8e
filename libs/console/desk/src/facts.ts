import type { shapes } from '@tongban/console/api';

/** What the pages read of the folded state, which the interface describes as JSON without a schema of its own. */
export interface CaseFacts {
  readonly item: { readonly regime: string; readonly resultKind: string; readonly fees?: readonly FeeStandard[] };
  readonly materials: readonly { readonly material: string; readonly digest: string; readonly mediaType: string }[];
  readonly supplements: readonly {
    readonly materials: readonly string[];
    readonly requestedAt: number;
    readonly suppliedAt: number | null;
  }[];
  readonly fee: { readonly status: 'unbilled' | 'noticed' | 'paid' | 'exempted'; readonly notice: FeeNotice | null };
}

export interface FeeStandard {
  readonly code: string;
  readonly name: string;
  readonly amountFen: number;
  readonly unit?: string;
  /** Of projects with the same choice only one is taken. */
  readonly choice?: string;
  readonly measured?: boolean;
  readonly maxQuantity?: number;
}

export interface FeeNotice {
  readonly number: string;
  readonly amountFen: number;
  readonly lines: readonly (FeeStandard & { readonly quantity: number })[];
}

export const factsOf = ({ state }: Pick<shapes.Case, 'state'>): CaseFacts => state as CaseFacts;

/** The papers that the newest notice asked for and that have not come; undefined when none are awaited. */
export const askedFor = ({ supplements }: Pick<CaseFacts, 'supplements'>): readonly string[] | undefined => {
  const last = supplements.at(-1);
  return last === undefined || last.suppliedAt !== null ? undefined : last.materials;
};

/** One paper of the case, however often it came. */
export interface CasePaper {
  readonly material: string;
  /** While it is asked for: since when, in milliseconds. */
  readonly askedAt?: number;
  /** Oldest first; none where it never came. */
  readonly copies: readonly { readonly digest: string; readonly mediaType: string }[];
}

/** Each paper once, those still asked for first; a copy that is to be replaced stays with its paper. */
export function papersOf(facts: Pick<CaseFacts, 'materials' | 'supplements'>): readonly CasePaper[] {
  const { materials, supplements } = facts;
  const awaited = askedFor(facts) ?? [];
  const askedAt = supplements.at(-1)?.requestedAt;
  return [...new Set([...awaited, ...materials.map(({ material }) => material)])].map((material) => ({
    material,
    ...(awaited.includes(material) && askedAt !== undefined ? { askedAt } : {}),
    copies: materials.filter((copy) => copy.material === material),
  }));
}

const fenPerYuan = 100;
export const yuan = (fen: number): string => `¥${(fen / fenPerYuan).toFixed(2)}`;
