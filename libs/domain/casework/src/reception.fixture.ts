import type { CaseCommandOf } from './command-schemas.js';
import { catalogue, district } from './procedure.fixture.js';
import type { receptionCommandSchemas } from './reception-command-schemas.js';

export const receptionMandate = '01890000-0000-7000-8000-0000000000aa';
/** The delegation under which the district decides in the samples. */
export const delegation = '371100000000/elderly-decide';

/** One command of reception, of moves that a case makes by itself and of after-care. */
export const receptionSamples: { readonly [T in keyof typeof receptionCommandSchemas]: CaseCommandOf<T> } = {
  receive: { type: 'receive' },
  confirm: { type: 'confirm', queryCode: '234765', mandate: receptionMandate },
  answerPreReview: {
    type: 'answerPreReview',
    catalogue,
    outcome: 'notPass',
    faults: [{ material: 'M2', fault: 'unclear' }],
    text: '王秀英身份证反面照片不清晰，请重新拍摄',
  },
  applyFormally: { type: 'applyFormally', mandate: receptionMandate, attachments: [] },
  markService: { type: 'markService', mark: 'greenChannel', granted: true, reason: '王秀英年逾七十，行动不便' },
  reroute: {
    type: 'reroute',
    cause: 'delegationEnded',
    delegation,
    endedOn: '2026-03-02',
    rule: 'handBack',
    powers: ['accept', 'decide', 'certify'],
    to: district,
  },
  repin: {
    type: 'repin',
    item: {
      code: '370500013001',
      version: 3,
      name: '高龄津贴申领',
      type: 'benefit',
      regime: 'promised',
      level: 'district',
      department: 'civil-affairs',
      statutoryDays: 20,
      promisedDays: 3,
      timeUnit: 'workingDay',
      resultKind: 'certificate',
      resultName: '高龄津贴证',
    },
    reason: '新版本压缩时限，对王秀英有利',
  },
  callBack: { type: 'callBack', outcome: 'satisfied', text: '王秀英表示满意' },
  fileAway: { type: 'fileAway' },
  deemAccepted: { type: 'deemAccepted', sequence: 31 },
  markOverdue: { type: 'markOverdue' },
};
