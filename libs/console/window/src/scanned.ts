/** A case number: division 12, date 8, sequence 5 digits and a check character. */
const caseNumber = /(?<!\d)\d{25}[\dX](?![\dX])/;

/**
 * The case number in what a scanner or a person typed: the number itself, with blanks as it is printed, or the address
 * in a QR code that has it in its path. Undefined where there is none.
 */
export function numberIn(scanned: string): string | undefined {
  const text = decoded(scanned).toUpperCase();
  return (caseNumber.exec(text) ?? caseNumber.exec(text.replace(/[\s-]/g, '')))?.[0];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.trim());
  } catch {
    return text.trim();
  }
}
