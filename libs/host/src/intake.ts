import { submissionSchema, submitCase, type CaseworkTools } from '@tongban/feature/casework';
import type { IntakeCases, IntakeFiles, IntakeTools } from '@tongban/feature/exchange';
import { refuse } from '@tongban/kernel';

const portalSubject = 'provincial-platform';

/** Applications of the provincial portal become cases of casework on the same host. */
const intakeCasesOf = (casework: CaseworkTools): IntakeCases => ({
  async submit({ node, key, digest, traceparent }, content) {
    const parsed = submissionSchema.safeParse(content);
    if (!parsed.success) {
      const fields = parsed.error.issues.map(({ path }) => path.join('.'));
      return refuse('request.invalid', `申请内容不符合要求：${fields.join('、')}`, { fields });
    }
    const person = { subject: portalSubject, division: node };
    return submitCase(casework, { node, key, digest, traceparent, role: 'system', person }, parsed.data);
  },
});

export const intakeToolsOf = (casework: CaseworkTools, files: IntakeFiles, log: IntakeTools['log']): IntakeTools => {
  const { commands, transactor, sealer, clock } = casework;
  return { commands, transactor, sealer, clock, files, log, cases: intakeCasesOf(casework) };
};
