/** Public pages as they are printed as QR codes; without a host, as they are linked to. */
export const progressAddress = (publicUrl: string, number: string, code: string): string =>
  `${publicUrl}/v1/progress/${encodeURIComponent(number)}/page?code=${encodeURIComponent(code)}`;

export const verificationAddress = (publicUrl: string, certificateNumber: string, code: string): string =>
  `${publicUrl}/v1/verify/${encodeURIComponent(certificateNumber)}/page?code=${encodeURIComponent(code)}`;
