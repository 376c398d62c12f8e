import { useEffect } from 'react';

const listSuffix = '_list';

const nameOf = (field: HTMLElement | null): string =>
  field instanceof HTMLInputElement ? (field.ariaLabel ?? field.labels?.[0]?.textContent ?? '') : '';

function nameListBoxes(): void {
  for (const list of document.querySelectorAll<HTMLElement>(`[role=listbox][id$=${listSuffix}]`)) {
    const name = nameOf(document.getElementById(list.id.slice(0, -listSuffix.length)));
    if (name !== '' && list.ariaLabel !== name) list.ariaLabel = name;
  }
}

/** Ant Design gives the list that a field opens no name: a screen reader is told that of the field, in its language. */
export function useListBoxNames(): void {
  useEffect(() => {
    const observer = new MutationObserver(nameListBoxes);
    observer.observe(document.body, {
      ...{ subtree: true, childList: true, characterData: true },
      attributeFilter: ['aria-label'],
    });
    return () => observer.disconnect();
  }, []);
}
