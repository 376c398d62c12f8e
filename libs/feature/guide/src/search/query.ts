import { longestWord, normalised, pinyinAt, type Terms } from './terms.js';

/** How well something fits: lower is better. */
export const ranks = {
  exact: 0,
  begins: 1,
  holds: 2,
  code: 3,
  pinyinBegins: 4,
  pinyinHolds: 5,
  about: 6,
} as const;
export type Rank = (typeof ranks)[keyof typeof ranks];

export interface Searchable {
  readonly code: string;
  readonly terms: Terms;
  /** Lower-case words that describe it without being its name: its themes, its department. */
  readonly about: string;
}

const mostWords = 8;
const latin = /^[a-z0-9]+$/;

/** Words of a query, at most {@link mostWords}; `xi'an` and `xian` are the same, ü is typed v. */
export const wordsOf = (query: string): string[] =>
  normalised(query)
    .replaceAll('ü', 'v')
    .replaceAll(/['’]/g, '')
    .split(/[\s,，、。；;]+/u)
    .filter((word) => word !== '')
    .map((word) => word.slice(0, longestWord))
    .slice(0, mostWords);

function rankOfName(word: string, { text }: Terms): Rank | undefined {
  const at = text.indexOf(word);
  if (at < 0) return undefined;
  return at > 0 ? ranks.holds : text.length === word.length ? ranks.exact : ranks.begins;
}

function rankOfPiece(word: string, { code, terms, about }: Searchable): Rank | undefined {
  const named = rankOfName(word, terms);
  if (named !== undefined) return named;
  if (!latin.test(word)) return about.includes(word) ? ranks.about : undefined;
  if (code.startsWith(word)) return ranks.code;
  const at = pinyinAt(word, terms.syllables);
  return at === undefined ? undefined : at === 0 ? ranks.pinyinBegins : ranks.pinyinHolds;
}

/** `高龄jt` is read as 高龄 and jt, both of which must fit. */
function rankOfWord(word: string, entry: Searchable): Rank | undefined {
  const whole = rankOfPiece(word, entry);
  if (whole !== undefined) return whole;
  const pieces = word.match(/[a-z0-9]+|[^a-z0-9]+/g) ?? [];
  return pieces.length < 2 ? undefined : worstOf(pieces, (piece) => rankOfPiece(piece, entry));
}

function worstOf(words: readonly string[], rankOf: (word: string) => Rank | undefined): Rank | undefined {
  let worst: Rank = ranks.exact;
  for (const word of words) {
    const rank = rankOf(word);
    if (rank === undefined) return undefined;
    if (rank > worst) worst = rank;
  }
  return worst;
}

/** Undefined unless every word fits; the rank of the word that fits worst. */
export const rankOf = (words: readonly string[], entry: Searchable): Rank | undefined =>
  worstOf(words, (word) => rankOfWord(word, entry));
