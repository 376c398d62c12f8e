import type { shapes } from '@tongban/console/api';

/** What the pages read of the folded state, which the interface describes as JSON without a schema of its own. */
export interface CaseFacts {
  readonly item: { readonly regime: string; readonly resultKind: string; readonly fees?: readonly FeeStandard[] };
  readonly materials: readonly { readonly material: string; readonly digest: string; readonly mediaType: string }[];
  readonly supplements: readonly { readonly materials: readonly string[]; readonly suppliedAt: number | null }[];
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
export const askedFor = ({ supplements }: CaseFacts): readonly string[] | undefined => {
  const last = supplements.at(-1);
  return last === undefined || last.suppliedAt !== null ? undefined : last.materials;
};

const fenPerYuan = 100;
export const yuan = (fen: number): string => `¥${(fen / fenPerYuan).toFixed(2)}`;
