import {
  checkErasable,
  checkPrivacyEntry,
  knowsPrivacyEntry,
  privacyRules,
  type PrivacyCommand,
  type PrivacyState,
} from '@tongban/domain/privacy';
import type { RecordClassBinding } from '@tongban/federation/nest';
import type { Sql } from '@tongban/journal';
import { isWithin, ok, refuse, type NodeCode, type Result, type Uuid } from '@tongban/kernel';
import type { PrivacyCases } from './ports.js';
import { listOfCase, loadPrivacy, savePrivacy } from './store/privacy-store.js';

/** Class `privacy`: it flows up like cases do, so that what is erased where it was taken in is erased at every holder above. */
export function privacyBinding(cases: Pick<PrivacyCases, 'find'>): RecordClassBinding<PrivacyState, PrivacyCommand> {
  return {
    rules: privacyRules(),
    knows: knowsPrivacyEntry,
    check: (entry) => checkPrivacyEntry(entry),
    parseCommand: () => refuse('privacy.not-owner', '个人信息权利申请只能在受理机关办理'),
    guard: (sql, state, command, { owner, now }) => guard(cases, sql, owner, state, command, now),
    // The words are for who answers them.
    recipients: ({ owner }) => [owner],
    load: loadPrivacy,
    save: savePrivacy,
  };
}

/** Deleting is judged when it is asked for and again when it is granted. */
async function guard(
  cases: Pick<PrivacyCases, 'find'>,
  sql: Sql,
  node: NodeCode,
  state: PrivacyState | undefined,
  command: PrivacyCommand,
  now: number,
): Promise<Result<void>> {
  if (command.type === 'answer')
    return state?.kind === 'deletion' && command.outcome === 'granted'
      ? checkDeletion(cases, sql, node, state.case, now)
      : ok(undefined);
  // Before the duplicates: a request that came up from the intake is no reason to send nobody there.
  if (command.kind === 'deletion') {
    const lawful = await checkDeletion(cases, sql, node, command.case, now);
    if (!lawful.ok) return lawful;
  }
  // Two of a kind at the same moment: the second waits and sees the first.
  const lock = `privacy ${node} ${command.case} ${command.kind}`;
  await sql.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [lock]);
  const earlier = await listOfCase(sql, node, command.case);
  return earlier.some(({ state: { kind, answer } }) => kind === command.kind && answer === null)
    ? refuse('privacy.pending', '同类申请正在处理，请等待答复')
    : ok(undefined);
}

async function checkDeletion(
  cases: Pick<PrivacyCases, 'find'>,
  sql: Sql,
  node: NodeCode,
  record: Uuid,
  now: number,
): Promise<Result<void>> {
  const held = await cases.find(sql, node, record);
  if (held === undefined) return refuse('case.unknown', '本级没有这个办件');
  const { intake } = held.state;
  // A request flows up from where it was taken: below the intake nobody holds the case, above it everybody would hear.
  if (node !== intake && isWithin(intake, node))
    return refuse('privacy.at-intake', '请向收件机关提出，以便各级一并删除', { node: intake });
  const erasable = checkErasable(held.state, now);
  return erasable.ok ? ok(undefined) : erasable;
}
