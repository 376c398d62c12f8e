export { sheetsModule } from './sheets.module.js';
export {
  type SheetCatalogue,
  type SheetOptions,
  type SheetOutcome,
  type SheetProposal,
  type SheetPublication,
} from './ports.js';
export { writeWorkbook } from './workbook/write.js';
export { ImportCatalogue, type ImportInput, type Imported, type SheetFormat } from './usecase/import-catalogue.js';
export { sheetLimits, type SheetLimits } from './limits.js';
export { type SheetProblem } from './layout/problem.js';
