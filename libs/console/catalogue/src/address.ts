import { useSearchParams } from 'react-router';

export type Change = Readonly<Record<string, string | undefined>>;

/** What a list shows stands in the address; another choice begins at the first page again. */
export function useAddress(): readonly [search: URLSearchParams, show: (changes: Change) => void] {
  const [search, setSearch] = useSearchParams();
  const show = (changes: Change): void => {
    const next = new URLSearchParams(search);
    for (const [name, value] of Object.entries({ cursor: undefined, ...changes })) {
      if (value === undefined || value === '') next.delete(name);
      else next.set(name, value);
    }
    setSearch(next);
  };
  return [search, show];
}

/** An address written by hand may hold anything: what is not among the known ones is as if it were not there. */
export const oneOf = <T extends string>(all: readonly T[], given: string | null): T | undefined =>
  all.find((each) => each === given);
