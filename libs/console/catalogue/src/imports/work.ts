import { useCallback, useEffect, useRef, useState } from 'react';

/** Long work that can be called off. */
export interface Work<T> {
  readonly running: boolean;
  /** When it began, milliseconds. */
  readonly since: number | undefined;
  readonly done: T | undefined;
  readonly error: Error | null;
  /** The person called it off. */
  readonly stopped: boolean;
  readonly start: () => void;
  readonly stop: () => void;
}

interface State<T> {
  readonly since?: number | undefined;
  readonly done?: T;
  readonly error?: Error;
  readonly stopped?: boolean;
}

/** One run at a time; leaving the page calls it off. `atOnce`: begins when the page is shown. */
export function useWork<T>(run: (signal: AbortSignal) => Promise<T>, { atOnce = false }): Work<T> {
  const [state, setState] = useState<State<T>>({});
  const newest = useRef(run);
  const running = useRef<AbortController>(undefined);
  useEffect(() => {
    newest.current = run;
  });
  const start = useCallback(() => {
    running.current?.abort();
    const controller = new AbortController();
    running.current = controller;
    setState({ since: Date.now() });
    newest.current(controller.signal).then(
      (done) => {
        if (!controller.signal.aborted) setState({ done });
      },
      (error: unknown) => {
        if (!controller.signal.aborted) setState({ error: error instanceof Error ? error : new Error(String(error)) });
      },
    );
  }, []);
  const stop = useCallback(() => {
    running.current?.abort();
    setState({ stopped: true });
  }, []);
  useEffect(() => {
    if (atOnce) start();
    return () => running.current?.abort();
  }, [atOnce, start]);
  const { since, done, error = null, stopped = false } = state;
  return { running: since !== undefined, since, done, error, stopped, start, stop };
}
