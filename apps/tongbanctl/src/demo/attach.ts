import { randomBytes, randomUUID } from 'node:crypto';
import type { Applicant } from './applicants.js';
import { pdfPaper, pngPaper, pngSeedBytes } from './papers.js';
import type { Somebody } from './wire.js';
import type { WorkTools } from './work-tools.js';

export interface Attached {
  readonly material: string;
  readonly digest: string;
  readonly size: number;
  readonly mediaType: string;
  readonly name: string;
  readonly key: string;
}

/** A paper for each material, all different. */
export async function attach(
  { api }: WorkTools,
  by: Somebody,
  applicant: Applicant,
  without: readonly string[],
  materials: readonly string[],
): Promise<Attached[]> {
  const attached: Attached[] = [];
  for (const [index, material] of materials.filter((code) => !without.includes(code)).entries()) {
    const paper = index % 2 === 0 ? pdfPaper(`${material} ${randomUUID()}`) : pngPaper(randomBytes(pngSeedBytes));
    const stored = await api.upload(by, paper.bytes, paper.mediaType);
    attached.push({ material, name: `${applicant.name}-${material}.${paper.extension}`, ...stored });
  }
  return attached;
}
