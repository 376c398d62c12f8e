import { pinyin } from 'pinyin-pro';

/** The text of a name in the forms in which people look for it. */
export interface Terms {
  /** NFKC, lower case. */
  readonly text: string;
  /** Pinyin without tones, ü as v; runs of Latin letters and digits stand as they are. */
  readonly syllables: readonly string[];
}

export const normalised = (text: string): string => text.normalize('NFKC').toLowerCase();

const wordsOnly = /[^\p{Script=Han}a-z0-9]+/gu;

/** `高龄津贴` → gao ling jin tie. Characters of several readings are read as the word around them wants. */
export function termsOf(name: string): Terms {
  const text = normalised(name);
  const plain = text.replaceAll(wordsOnly, '');
  const syllables = pinyin(plain, { type: 'array', toneType: 'none', v: true, nonZh: 'consecutive' });
  return { text, syllables };
}

/** How many characters of a word are compared; more cannot be told apart by anybody who types them. */
export const longestWord = 30;

/**
 * Where a word begins that gives of each following syllable its beginning at least: `gaoling`, `gaol`, `gljt` and `gljint`
 * all find 高龄津贴. Undefined when it begins nowhere.
 */
export function pinyinAt(word: string, syllables: readonly string[]): number | undefined {
  for (let start = 0; start < syllables.length; start++) {
    if (syllables[start]![0] === word[0] && beginsAt(word, syllables, start)) return start;
  }
  return undefined;
}

/** Bit n of `reached` says that the first n characters are accounted for: the word is short, so one number holds it. */
function beginsAt(word: string, syllables: readonly string[], start: number): boolean {
  const whole = 1 << word.length;
  let reached = 1;
  for (let index = start; index < syllables.length && reached !== 0; index++) {
    reached = step(word, syllables[index]!, reached);
    if ((reached & whole) !== 0) return true;
  }
  return false;
}

function step(word: string, syllable: string, reached: number): number {
  let next = 0;
  for (let from = 0; from < word.length; from++) {
    if ((reached & (1 << from)) === 0) continue;
    for (let length = 1; length <= syllable.length && from + length <= word.length; length++) {
      if (word[from + length - 1] !== syllable[length - 1]) break;
      next |= 1 << (from + length);
    }
  }
  return next;
}
