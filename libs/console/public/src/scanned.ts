export interface Scanned {
  readonly number: string;
  readonly code: string;
}

/** The public addresses that the product prints as QR codes: `…/progress/{number}/page?code=`, `…/verify/{number}/page?code=`. */
export type Printed = 'progress' | 'verify';

/** What a scanner typed, or a person pasted: number and code of a printed address; undefined for anything else. */
export function scanned(text: string, printed: Printed): Scanned | undefined {
  const address = text.trim();
  if (!/^https?:\/\//i.test(address) || !URL.canParse(address)) return undefined;
  const { pathname, searchParams } = new URL(address);
  const [, number] = new RegExp(`/${printed}/([^/]+)`).exec(pathname) ?? [];
  const code = searchParams.get('code');
  if (number === undefined || code === null) return undefined;
  try {
    return { number: decodeURIComponent(number), code };
  } catch {
    return undefined;
  }
}
