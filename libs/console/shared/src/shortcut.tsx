import { useEffect, useRef } from 'react';

/** Keys that browsers leave to pages and no input method uses. */
export type ShortcutKey = 'F2' | 'F4' | 'F8' | 'F9';

/** Does something on a key, wherever the focus is, as long as the component is shown and no dialog lies over it. */
export function useShortcut(key: ShortcutKey, run: () => void, enabled = true): void {
  const newest = useRef(run);
  useEffect(() => {
    newest.current = run;
  });
  useEffect(() => {
    if (!enabled) return undefined;
    const pressed = (event: KeyboardEvent): void => {
      if (event.key !== key || event.repeat || document.querySelector('.ant-modal-wrap:not([style*="none"])')) return;
      event.preventDefault();
      newest.current();
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  }, [key, enabled]);
}

/** The key beside the words of what it does; for eyes only, assistive technology has `aria-keyshortcuts`. */
export function Key({ children }: { readonly children: string }) {
  return (
    <kbd className="key" aria-hidden>
      {children}
    </kbd>
  );
}
