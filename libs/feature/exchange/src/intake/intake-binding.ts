import {
  checkIntakeEntry,
  intakeRules,
  knowsIntakeEntry,
  type IntakeCommand,
  type IntakeState,
} from '@tongban/domain/exchange';
import type { RecordClassBinding } from '@tongban/federation/nest';
import { ancestorAt, ok, refuse, type NodeCode } from '@tongban/kernel';
import { loadIntakes, saveIntakes } from './intake-store.js';

/** Binds applications of the provincial portal to the federation: sealed for whoever is to take them in, and the gateway. */
export const intakeBinding = (): RecordClassBinding<IntakeState, IntakeCommand> => ({
  rules: intakeRules(),
  knows: knowsIntakeEntry,
  check: (entry) => checkIntakeEntry(entry),
  parseCommand: () => refuse('case.not-owner', '省级申请只能由收件机关答复'),
  guard: async () => ok(undefined),
  recipients: ({ target }): NodeCode[] => [target, ancestorAt(target, 'province')!],
  load: loadIntakes,
  save: saveIntakes,
});
