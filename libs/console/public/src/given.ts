import { useEffect, useState } from 'react';
import { useSearchParams } from 'react-router';
import type { Scanned } from './scanned.js';

/** Number and code that a link brought. They go from the address at once: it stays in the history, for others to find. */
export function useGiven(): Scanned | undefined {
  const [search, setSearch] = useSearchParams();
  const [given] = useState(() => {
    const number = search.get('number');
    const code = search.get('code');
    return number === null || code === null ? undefined : { number, code };
  });
  const carries = search.has('code');
  useEffect(() => {
    if (carries) setSearch({}, { replace: true });
  }, [carries, setSearch]);
  return given;
}
