import { provinceName } from './provinces.js';

/** Names of the city's divisions by their code, and their place in the tree. */
export class DivisionNames {
  private readonly names: ReadonlyMap<string, string>;

  constructor(divisions: readonly (readonly [code: string, name: string])[]) {
    this.names = new Map(divisions);
  }

  /** The division's own name; its code where the city's list does not have it (another city's, a retired one). */
  name(code: string): string {
    return this.names.get(code) ?? provinceName(code) ?? code;
  }

  /** Every code of the city's list below a division, with the division directly above it. */
  below(code: string): readonly { readonly code: string; readonly parent: string }[] {
    const within = code.replace(/(0{3}|0{6}|0{8})$/, '');
    return [...this.names.keys()].flatMap((each) => {
      const parent = parentOf(each);
      return parent === undefined || each === code || !each.startsWith(within) ? [] : [{ code: each, parent }];
    });
  }

  /** The division above and those directly below. */
  neighbours(code: string): readonly string[] {
    const parent = parentOf(code);
    const below = [...this.names.keys()].filter((each) => each !== code && parentOf(each) === code);
    return parent !== undefined && this.names.has(parent) ? [parent, ...below] : below;
  }

  /** The division itself and all below it, by code. */
  within(code: string): readonly string[] {
    const prefix = code.slice(0, digitsOf(code));
    return [...this.names.keys()].filter((each) => each.startsWith(prefix)).sort();
  }

  /** Those above it that the city's list has, the nearest first. */
  above(code: string): readonly string[] {
    const parent = parentOf(code);
    return parent === undefined ? [] : [...(this.names.has(parent) ? [parent] : []), ...this.above(parent)];
  }

  /** e.g. 东港区石臼街道: from the county level down, as an address is written. */
  path(code: string): string {
    return levelDigits
      .filter((digits) => Number(code.slice(levelDigits[levelDigits.indexOf(digits) - 1] ?? 4, digits)) > 0)
      .map((digits) => this.names.get(code.slice(0, digits).padEnd(12, '0')) ?? '')
      .join('');
  }
}

/** The division one level up that the code itself names; undefined for a province. */
function parentOf(code: string): string | undefined {
  const level = [2, 4, ...levelDigits].findLast((digits) => Number(code.slice(digits)) > 0);
  return level === undefined ? undefined : code.slice(0, level).padEnd(12, '0');
}

/** How many digits all divisions below share with it. */
const digitsOf = (code: string): number =>
  [2, 4, ...levelDigits].find((digits) => Number(code.slice(digits)) === 0) ?? 12;

/** Digits of a division code up to the county, township and village level (GB/T 2260, GB/T 10114). */
const levelDigits = [6, 9, 12];

export async function loadDivisions(): Promise<DivisionNames> {
  const response = await fetch('/console/divisions.json');
  if (!response.ok) throw new Error(`divisions: ${response.status}`);
  return new DivisionNames((await response.json()) as [string, string][]);
}
