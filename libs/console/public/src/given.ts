import { useEffect, useRef, useState } from 'react';
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

/** Asks at once for what a link brought, and only then. */
export function useAskedAtOnce(given: Scanned | undefined, ask: (scanned: Scanned) => void): void {
  const waiting = useRef(given);
  useEffect(() => {
    if (waiting.current !== undefined) ask(waiting.current);
    waiting.current = undefined;
  }, [ask]);
}
