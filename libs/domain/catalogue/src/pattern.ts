/** The longest value that is held against a pattern, in UTF-16 units. */
export const longestPatternedValue = 500;
/** Ways in which a pattern may be laid over a value: a bound of the steps that a backtracking matcher takes. */
const mostWays = 300_000;
/** Of the pattern with every repetition written out. */
const largestPattern = 10_000;

interface Cost {
  readonly ways: number;
  readonly size: number;
}

const one: Cost = { ways: 1, size: 1 };
/** Of what no bound is known for: references back, looks around. */
const unbounded: Cost = { ways: Infinity, size: Infinity };
/** `*`, `+`, `?`, `{2}`, `{2,}`, `{2,5}`, each of them lazy as well. */
const repetition = /(?:[*+?]|\{(\d{1,6})(?:(,)(\d{0,6}))?\})\??/y;
const group = /\((?:\?(?::|<[^=!>][^>]*>))?/y;
const escape = /\\(?:u\{[^}]*\}|[pP]\{[^}]*\}|[^1-9k])/uy;
const characterClass = /\[(?:[^\]\\]|\\.)*\]/uy;
const character = /[^()[\]{}*+?|\\]/uy;

/** Reads a pattern that compiles with the flag u, and counts. */
class Reader {
  private at = 0;

  constructor(private readonly text: string) {}

  alternatives(): Cost {
    let { ways, size } = this.sequence();
    while (this.text[this.at] === '|') {
      this.at++;
      const next = this.sequence();
      ways += next.ways;
      size += next.size;
    }
    return { ways, size };
  }

  private sequence(): Cost {
    let { ways, size } = one;
    while (this.at < this.text.length && !'|)'.includes(this.text[this.at]!)) {
      const next = this.repeated(this.atom());
      ways *= next.ways;
      size += next.size;
    }
    return { ways, size };
  }

  private atom(): Cost {
    if (this.take(group) === undefined) {
      if ([escape, characterClass, character].some((kind) => this.take(kind) !== undefined)) return one;
      this.at = this.text.length;
      return unbounded;
    }
    const inner = this.alternatives();
    this.at++;
    return inner;
  }

  /** So many times one after the other: of each length as many ways as the inner ones together. */
  private repeated({ ways, size }: Cost): Cost {
    const sign = this.take(repetition);
    if (sign === undefined) return { ways, size };
    const [whole, least = '0', comma, most = ''] = sign;
    const counted = whole.startsWith('{');
    const from = counted ? Number(least) : whole.startsWith('+') ? 1 : 0;
    const once = whole.startsWith('?') ? 1 : longestPatternedValue;
    const to = !counted ? once : comma === undefined ? from : most === '' ? from + longestPatternedValue : Number(most);
    let sum = 0;
    for (let count = from; count <= to && sum <= mostWays; count++) sum += ways ** count;
    return { ways: sum, size: size * Math.max(1, to) };
  }

  private take(kind: RegExp): RegExpExecArray | undefined {
    kind.lastIndex = this.at;
    const found = kind.exec(this.text);
    if (found !== null) this.at = kind.lastIndex;
    return found ?? undefined;
  }
}

/**
 * Whether a pattern (ECMA-262, flag u) is done with every value up to `longestPatternedValue` in a bounded number of steps:
 * whoever writes one must not hold up a host by it, nor who fills in the form. `^\d{16,19}$` is, `(a+)+$` is not.
 */
export function isBoundedPattern(pattern: string): boolean {
  const { ways, size } = new Reader(pattern).alternatives();
  // It is tried at each place of the value where it is not bound to the beginning.
  const starts = pattern.startsWith('^') && !pattern.includes('|') ? 1 : longestPatternedValue;
  return ways * starts <= mostWays && size <= largestPattern;
}
