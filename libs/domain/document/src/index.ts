export {
  blocksOf,
  documentsOf,
  documentTemplates,
  findDocument,
  type CaseDocument,
  type PaperKind,
} from './documents.js';
export type { Block, Column, Field } from './paper.js';
export type { Applicant, Links, Names, Subject } from './subject.js';
export { capitalYuan, maskedName, spokenDate, spokenDay, spokenTime, yuan } from './words.js';
