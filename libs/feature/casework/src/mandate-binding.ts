import {
  checkMandateEntry,
  mandateCommandSchema,
  mandateRules,
  mandateSchemasOf,
  type MandateCommand,
  type MandateState,
} from '@tongban/domain/mandate';
import type { RecordClassBinding } from '@tongban/federation/nest';
import { ok, refuse } from '@tongban/kernel';
import { actsAgainst } from './store/agency-store.js';
import { loadMandates, saveMandates } from './store/mandate-store.js';

/** A mandate is sealed for the node that recorded it alone: others need its scope and term, not the names. */
export function mandateBinding(): RecordClassBinding<MandateState, MandateCommand> {
  return {
    rules: mandateRules(),
    knows: (type, version) => mandateSchemasOf(type, version) !== undefined,
    check: (entry) => checkMandateEntry(entry),
    parseCommand(json) {
      const parsed = mandateCommandSchema.safeParse(json);
      return parsed.success && parsed.data.type === 'revoke'
        ? ok(parsed.data)
        : refuse('request.invalid', '请求内容不符合要求');
    },
    async guard(sql, _state, command, { owner }) {
      if (command.type !== 'grant') return ok(undefined);
      const against = await actsAgainst(sql, owner, command.agent.subject, command.principalRef);
      return against ? refuse('mandate.two-sides', '代办员正在代理对方当事人，不能再接受此项委托') : ok(undefined);
    },
    recipients: (state) => [state.owner],
    load: loadMandates,
    save: saveMandates,
  };
}
