import { submissionSchema, submitCase, actOnCase, loadCases, type CaseworkTools } from '@tongban/feature/casework';
import type { BranchCases, JointTools } from '@tongban/feature/joint';
import { caseCommandSchemas } from '@tongban/domain/casework';
import { refuse } from '@tongban/kernel';

/** Branches of joint cases are cases of casework on the same host. */
const branchCasesOf = (casework: CaseworkTools): BranchCases => ({
  async submit(caller, { joint, content }) {
    const parsed = submissionSchema.safeParse(content);
    if (!parsed.success) return refuse('request.invalid', parsed.error.issues.map(({ message }) => message).join('; '));
    return submitCase(casework, caller, parsed.data, joint);
  },
  load: loadCases,
  async withdraw(caller, record, reasonCode, reason) {
    const parsed = caseCommandSchemas.withdraw.safeParse({ type: 'withdraw', reasonCode, reason });
    if (!parsed.success) return refuse('request.invalid', '撤回原因不正确');
    // Whoever ends the joint case is its opener: that rule was asked before, of the joint case itself.
    return actOnCase(casework, { ...caller, isProven: true }, record, 'withdraw', {
      reasonCode: parsed.data.reasonCode,
      reason,
    });
  },
});

export const jointToolsOf = (casework: CaseworkTools): JointTools => {
  const { commands, transactor, items, attachments, sealer, clock } = casework;
  const cases = branchCasesOf(casework);
  return {
    ...{ commands, transactor, cases, items, attachments, sealer, clock },
    calendar: casework.calendar,
  };
};
