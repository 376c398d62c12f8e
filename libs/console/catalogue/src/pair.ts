export interface Pair {
  readonly from: number | undefined;
  readonly to: number | undefined;
}

/**
 * The two versions to compare: those that the address names and the item has, else the newest with the one before it.
 *
 * @param numbers newest first
 */
export function pairOf(numbers: readonly number[], from: string | null, to: string | null): Pair {
  const named = (text: string | null) => numbers.find((number) => String(number) === text);
  const right = named(to) ?? numbers[0];
  const before = numbers.find((number) => right !== undefined && number < right);
  return { from: named(from) ?? before ?? numbers.at(-1), to: right };
}
