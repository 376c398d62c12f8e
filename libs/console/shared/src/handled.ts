const storageKey = 'tongban.handled';
/** As many as a number at the counter is closed with. */
export const mostHandled = 20;

/** Numbers of the records that were handled since the person at the counter began; newest last. */
export function handledCases(): readonly string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(storageKey) ?? '[]');
    return Array.isArray(kept) ? kept.filter((record) => typeof record === 'string').slice(-mostHandled) : [];
  } catch {
    return [];
  }
}

/** A case was taken in or acted upon here: it is told when the number at the counter is done with. */
export function noteHandled(record: string): void {
  const handled = [...handledCases().filter((one) => one !== record), record].slice(-mostHandled);
  localStorage.setItem(storageKey, JSON.stringify(handled));
}

export const forgetHandled = (): void => localStorage.removeItem(storageKey);
