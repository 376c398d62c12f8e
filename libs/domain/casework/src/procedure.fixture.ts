import { nodeCode } from '@tongban/kernel';
import type { CaseCommandOf } from './command-schemas.js';
import { feeCounterDepartment } from './fees.js';
import { makeDocumentNumber } from './numbers.js';
import type { procedureCommandSchemas } from './procedure-command-schemas.js';

export const district = nodeCode('371102000000');
/** The material list of the sample's item. */
export const catalogue = { known: ['M1', 'M2', 'M3'], required: ['M1', 'M2'] };

/** One command of every procedure between acceptance and certificate. */
export const procedureSamples: { readonly [T in keyof typeof procedureCommandSchemas]: CaseCommandOf<T> } = {
  handleOnTheSpot: {
    type: 'handleOnTheSpot',
    sequences: { accept: 11, decide: 12, certify: 13 },
    catalogue,
    handlerName: '王敏',
    opinion: '王秀英符合条件，当场办结',
    method: 'window',
    recipient: '王秀英',
  },
  pause: {
    type: 'pause',
    sequence: 14,
    procedure: 'siteSurvey',
    legalBasis: '《中华人民共和国行政许可法》第四十五条',
    workingDays: 10,
    text: '须到王秀英住所核实，所需时间不计入办理期限',
  },
  resume: { type: 'resume', result: '经核实，王秀英居住情况属实' },
  askExtension: { type: 'askExtension', days: 10, reason: '王秀英的档案须向外省调取' },
  decideExtension: { type: 'decideExtension', sequence: 15, outcome: 'granted', reason: '同意延长，已告知王秀英' },
  recount: { type: 'recount' },
  review: { type: 'review', sequence: 16, conclusion: 'agree', opinion: '经初审，王秀英符合条件' },
  urge: { type: 'urge', text: '王秀英来电询问进度' },
  callConference: {
    type: 'callConference',
    sequence: 17,
    departments: ['civil-affairs', 'public-security'],
    dueBy: '2026-12-31',
    subject: '王秀英户籍与居住地不一致的认定',
  },
  giveOpinion: {
    type: 'giveOpinion',
    department: 'civil-affairs',
    conclusion: 'agree',
    opinion: '以王秀英实际居住地为准',
  },
  concludeConference: { type: 'concludeConference', conclusion: 'agree', summary: '按王秀英实际居住地办理' },
  issuePaymentNotice: { type: 'issuePaymentNotice', sequence: 18 },
  confirmPayment: {
    type: 'confirmPayment',
    department: feeCounterDepartment,
    noticeNumber: makeDocumentNumber({ kind: 'JK', division: district, date: '2026-03-02', sequence: 18 }),
    amountFen: 1500,
    method: 'counter',
    receiptNumber: 'PJ-0001',
    payer: '王秀英',
  },
  exemptFee: {
    type: 'exemptFee',
    sequence: 19,
    legalBasis: '《中华人民共和国老年人权益保障法》第五十九条',
    reason: '王秀英年满八十周岁',
  },
  refundFee: { type: 'refundFee', sequence: 20, reasonCode: 'overcharged', reason: '误收王秀英工本费' },
};
