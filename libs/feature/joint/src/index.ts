export { jointBinding } from './joint-binding.js';
export type { BranchCases, BranchSubmission, JointCaller, JointItems, JointTools, UploadedFiles } from './ports.js';
export { JOINT } from './http/shared.js';
export { JointController } from './http/joint.controller.js';
export { jointInsertOnlyTables, jointMigrations, jointTables } from './store/migrations.js';
export { advanceJoint } from './usecase/advance.js';
export { JointRounds } from './usecase/rounds.js';
