import { completeState, type CaseState } from '@tongban/domain/casework';
import type { CaseworkTools } from '@tongban/feature/casework';
import { handlersOf, type FeedbackTools } from '@tongban/feature/feedback';

/** Feedback about cases of casework on the same host. */
export function feedbackToolsOf(casework: CaseworkTools): FeedbackTools {
  const { commands, transactor, sealer, clock, secrets } = casework;
  return {
    ...{ commands, transactor, sealer, clock, secrets },
    async findCase(sql, number) {
      const [row] = await sql.query<{ record: string; state: CaseState }>(
        'select record, state from case_view where number = $1 order by seq desc limit 1',
        [number],
      );
      if (row === undefined) return undefined;
      const { item, owner, queryCodeHash, ...state } = completeState(row.state);
      return {
        ...{ record: row.record, owner, queryCodeHash, item: { code: item.code, name: item.name } },
        ...{ department: item.department, handledBy: handlersOf(state) },
      };
    },
  };
}
