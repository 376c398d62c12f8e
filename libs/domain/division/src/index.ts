export {
  divisionKinds,
  divisionsFileSchema,
  type Division,
  type DivisionKind,
  type DivisionsFile,
} from './divisions-file.js';
export {
  approvedText,
  divisionLimits,
  listedText,
  type ChangeKind,
  type DivisionChange,
  type JoinedDivision,
  type UnsignedChange,
} from './division-changes.js';
export { checkChange, type JudgedChange } from './change-rules.js';
export { DivisionTree, parseDivisions, type DivisionName } from './division-tree.js';
