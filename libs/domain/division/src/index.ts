export {
  divisionKinds,
  divisionsFileSchema,
  type Division,
  type DivisionKind,
  type DivisionsFile,
} from './divisions-file.js';
export { DivisionTree, parseDivisions } from './division-tree.js';
