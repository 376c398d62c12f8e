import {
  checkMandateEntry,
  mandateCommandSchema,
  mandateEntrySchemas,
  mandateRules,
  type MandateCommand,
  type MandateState,
} from '@tongban/domain/mandate';
import type { RecordClassBinding } from '@tongban/federation/nest';
import { ok, refuse } from '@tongban/kernel';
import { loadMandates, saveMandates } from './store/mandate-store.js';

/** A mandate is sealed for the node that recorded it alone: others need its scope and term, not the names. */
export function mandateBinding(): RecordClassBinding<MandateState, MandateCommand> {
  return {
    rules: mandateRules(),
    knows: (type, version) => Object.hasOwn(mandateEntrySchemas, type) && version === 1,
    check: (entry) => checkMandateEntry(entry),
    parseCommand(json) {
      const parsed = mandateCommandSchema.safeParse(json);
      return parsed.success && parsed.data.type === 'revoke'
        ? ok(parsed.data)
        : refuse('request.invalid', '请求内容不符合要求');
    },
    guard: () => Promise.resolve(ok(undefined)),
    recipients: (state) => [state.owner],
    load: loadMandates,
    save: saveMandates,
  };
}
