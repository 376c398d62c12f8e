import { workingCalendar } from '@tongban/domain/calendar';
import { caseRules, hashPickUpCode, type CaseState } from '@tongban/domain/casework';
import { nodeCode, type EntryView, type JsonObject } from '@tongban/kernel';
import type { Subject } from './subject.js';

export const district = nodeCode('371102000000');
export const township = nodeCode('371102001000');
const record = '01890000-0000-7000-8000-000000000001';
const rules = caseRules({ calendar: workingCalendar() });
const morning = Date.parse('2026-03-02T02:00:00Z');
const hourMs = 3_600_000;

export interface Line {
  readonly type: string;
  readonly version?: number;
  readonly facts: JsonObject;
  readonly sealed?: JsonObject;
}

export const applicant = { name: '王秀英', identityNumber: '11010519491231002X', phone: '13800138000' };
const item = {
  ...{ code: '370500013001', version: 2, name: '高龄津贴申领', type: 'licence', regime: 'promised', level: 'district' },
  ...{ department: 'civil-affairs', statutoryDays: 20, promisedDays: 5, timeUnit: 'workingDay' },
  ...{ resultKind: 'certificate', resultName: '高龄津贴证' },
};
const file = (material: string, mark: string) => ({
  ...{ material, digest: mark.repeat(64), size: 2048, mediaType: 'image/jpeg' },
});
const due = (date: string, provisional = false) => ({ date, provisional });

export const submitted: Line = {
  type: 'case.submitted',
  facts: {
    ...{ number: '37110200100020260302000074', queryCodeHash: 'a'.repeat(64), item, intake: township },
    route: { accept: township, decide: district, certify: district, deliver: township },
    ...{ channel: 'window', applicantType: 'naturalPerson', identityType: 'residentIdentityCard' },
    materials: [file('M1', 'a'), file('M2', 'b'), file('M1', 'c')],
  },
  sealed: { applicant, form: {}, files: [] },
};
export const certificateNumber = 'ZS371102001000202603020000100';
const lines = {
  supplement: {
    type: 'case.supplementRequested',
    facts: { noticeNumber: 'BZ1', materials: ['M2', 'M3'] },
    sealed: { text: '户口簿须含本人页。' },
  },
  supplemented: { type: 'case.supplemented', facts: { materials: [file('M3', 'd')] }, sealed: { files: [] } },
  accepted: {
    type: 'case.accepted',
    facts: {
      ...{ documentNumber: 'SL1', acceptedOn: '2026-03-02' },
      ...{ promisedDue: due('2026-03-09'), statutoryDue: due('2027-01-04', true) },
    },
  },
  notAccepted: {
    type: 'case.notAccepted',
    facts: { documentNumber: 'BY1', reasonCode: 'notWithinPowers', legalBasis: '某办法第三条' },
    sealed: { reason: '应向户籍所在地申请。' },
  },
  paused: {
    type: 'case.paused',
    facts: {
      ...{ noticeNumber: 'TB1', procedure: 'siteSurvey', legalBasis: '某条例第九条', workingDays: 5 },
      ...{ from: '2026-03-03', until: due('2026-03-10') },
    },
    sealed: { text: '须入户核实。' },
  },
  asked: { type: 'case.extensionAsked', facts: { days: 5 }, sealed: { reason: '须调取档案' } },
  extended: {
    type: 'case.extensionDecided',
    facts: { outcome: 'granted', noticeNumber: 'YQ1', statutoryDue: due('2026-04-20') },
    sealed: { reason: '须调取外省档案。' },
  },
  rejected: { type: 'case.extensionDecided', facts: { outcome: 'rejected' }, sealed: { reason: '不必' } },
  noticed: {
    type: 'case.feeNoticed',
    facts: {
      ...{ noticeNumber: 'JK1', amountFen: 2_500 },
      lines: [{ code: 'certificate', name: '工本费', amountFen: 1_250, basis: '某价费〔2020〕12号', quantity: 2 }],
    },
  },
  paid: {
    type: 'case.feePaid',
    facts: { noticeNumber: 'JK1', amountFen: 2_500, method: 'counter', receiptNumber: 'PJ1', paidOn: '2026-03-03' },
  },
  refunded: {
    type: 'case.feeRefunded',
    facts: { documentNumber: 'TF1', noticeNumber: 'JK1', amountFen: 2_500, reasonCode: 'overcharged' },
    sealed: { reason: '误收。' },
  },
  exempted: {
    type: 'case.feeExempted',
    facts: { documentNumber: 'JM1', amountFen: 2_500, legalBasis: '老年人权益保障法第五十九条' },
    sealed: { reason: '年满八十。' },
  },
  approved: {
    type: 'case.decided',
    facts: { outcome: 'approve', documentNumber: 'JD1' },
    sealed: { opinion: '同意' },
  },
  refused: {
    type: 'case.decided',
    facts: {
      ...{ outcome: 'refuse', documentNumber: 'JD2', reasonCode: 'conditionsNotMet', legalBasis: '某办法第五条' },
      remedies: '六十日内向市人民政府申请行政复议，或者六个月内向东港区人民法院起诉。',
    },
    sealed: { opinion: '不同意', reason: '年龄不足。' },
  },
  replied: { type: 'case.replied', facts: { documentNumber: 'DF1', outcome: 'approve' }, sealed: { text: '准予。' } },
  certified: {
    type: 'case.certified',
    version: 2,
    facts: {
      ...{ certificateNumber, resultName: '高龄津贴证', validFrom: '2026-03-09' },
      pickUpCodeHash: hashPickUpCode(certificateNumber, '482913'),
    },
    sealed: { pickUpCode: '482913' },
  },
  delivered: {
    type: 'case.delivered',
    version: 2,
    facts: {
      ...{ method: 'post', deliveredAt: morning + 8 * hourMs },
      parcel: { carrier: '中国邮政', trackingNumber: 'EMS123456' },
    },
    sealed: { recipient: '王秀英' },
  },
} satisfies Record<string, Line>;
export type LineName = keyof typeof lines;

export interface Life {
  readonly entries: readonly EntryView[];
  readonly sealed: readonly (JsonObject | undefined)[];
  readonly state: CaseState;
}

/** A case in which these things happened one after the other. */
export function lifeOf(...names: readonly LineName[]): Life {
  const written: readonly Line[] = [submitted, ...names.map((name) => lines[name])];
  let state: CaseState | undefined;
  const entries = written.map(({ type, version = 1, facts }, index): EntryView => {
    const entry: EntryView = {
      ...{ id: record, record, seq: index + 1, epoch: 1, type, version, facts, author: township },
      actor: { subject: 'li', role: 'clerk', division: township },
      ...{ occurredAt: morning + index * hourMs, recordedAt: morning + index * hourMs },
    };
    state = rules.evolve(state, entry);
    return entry;
  });
  return { entries, sealed: written.map(({ sealed }) => sealed), state: state! };
}

export const subjectOf = (state: CaseState, parts: Partial<Subject> = {}): Subject => ({
  state,
  applicant,
  names: {
    authority: (node) => `${node === township ? '日照街道' : '东港区'}民政局`,
    place: (node) => (node === township ? '日照街道便民服务中心' : '东港区'),
    material: (code) => ({ M1: '居民身份证', M2: '户口簿', M3: '照片' })[code] ?? code,
    consultPhone: '0633-8000000',
    complaintPhone: '0633-12345',
  },
  links: { progress: undefined, queryCode: undefined, verification: undefined, verificationCode: undefined },
  ...parts,
});
