export {
  branchKinds,
  branchStages,
  findingConclusions,
  inspectionConclusions,
  jointClosings,
  jointStatuses,
  restartReasons,
  type BranchKind,
  type BranchStage,
  type FindingConclusion,
  type InspectionConclusion,
  type JointClosing,
  type JointStatus,
} from './codes.js';
export { maxAttempts, maxBranches, type JointAttachment, type MaterialFact } from './fields.js';
export {
  executionOrder,
  findTemplateProblems,
  jointTemplateSchema,
  type JointTemplate,
  type TemplateBranch,
} from './template.js';
export { jointDocuments, jointNumber, parseJointNumber, type JointDocument, type JointNumberParts } from './numbers.js';
export {
  jointCommandSchema,
  jointCommandSchemas,
  jointCommandTypes,
  type BranchPin,
  type BranchView,
  type JointCommand,
  type JointCommandOf,
  type JointCommandType,
} from './command-schemas.js';
export {
  checkJointEntry,
  isJointEntryType,
  jointEntrySchemas,
  paperEntries,
  knowsJointEntry,
  type JointEntryType,
  type JointFacts,
  type JointSealed,
} from './entry-schemas.js';
export type { Attempt, BranchState, Finding, Inspection, JointState, Span } from './state.js';
export { branchOf, branchStagesOf, branchState, currentAttempt, isChosen, isInspected } from './graph.js';
export {
  branchesOfStages,
  branchForm,
  branchMaterials,
  missingMaterials,
  sharedForm,
  sharedFormProblems,
} from './form.js';
export { clockOver, departmentClocks, overallClock, type DepartmentClock, type JointClock } from './clock.js';
export { conclusionOf, type Conclusion } from './conclusion.js';
export { jointCommandSpecs, jointStages, jointTable, type JointStage } from './table.js';
export { jointRecordClass, jointRules, type JointRules } from './rules.js';
export { isWatched, nextSteps, openRecords, viewOf, type Step } from './watch.js';
export { jointTemplates } from './templates/templates.js';
