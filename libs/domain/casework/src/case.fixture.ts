import { workingCalendar, type WorkingCalendar } from '@tongban/domain/calendar';
import {
  nodeCode,
  ownershipTypes,
  type Actor,
  type DecisionContext,
  type Draft,
  type EntryView,
  type NodeCode,
  type Refusal,
  type Role,
} from '@tongban/kernel';
import type { CaseCommand, CaseCommandOf, CaseCommandType } from './command-schemas.js';
import type { ItemPin } from './fields.js';
import { catalogue, district, procedureSamples } from './procedure.fixture.js';
import { receptionMandate, receptionSamples } from './reception.fixture.js';
import { caseRules } from './rules.js';
import type { CaseState } from './state.js';

export const city = nodeCode('371100000000');
export { district };
export const township = nodeCode('371102001000');
export const village = nodeCode('371102001001');
export const rules = caseRules({ calendar: workingCalendar() });

export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;
/** 10:00 in China on a date. */
export const morningOf = (date: string): number => Date.parse(`${date}T02:00:00Z`);

const digest = (character: string): string => character.repeat(64);
const record = '01890000-0000-7000-8000-000000000001';
export const mandate = receptionMandate;

export const applicant = {
  name: '王秀英',
  identityNumber: '11010519491231002X',
  phone: '13800138000',
  address: '石臼街道海滨社区3号楼',
};

export const attachment = (material: string, mark = 'a') => ({
  material,
  digest: digest(mark),
  size: 2048,
  mediaType: 'image/jpeg',
  name: `${applicant.name}-${material}.jpg`,
  key: 'c2VjcmV0LWtleQ',
});

export const samples: { readonly [T in CaseCommandType]: CaseCommandOf<T> } = {
  submit: {
    type: 'submit',
    sequence: 7,
    catalogue,
    queryCode: '234765',
    item: {
      code: '370500013001',
      version: 2,
      name: '高龄津贴申领',
      type: 'benefit',
      regime: 'promised',
      level: 'district',
      department: 'civil-affairs',
      statutoryDays: 20,
      promisedDays: 5,
      timeUnit: 'workingDay',
      resultKind: 'certificate',
      resultName: '高龄津贴证',
    },
    route: { accept: township, decide: district, certify: district, deliver: village },
    channel: 'agent',
    applicantType: 'naturalPerson',
    identityType: 'residentIdentityCard',
    mandate,
    applicant,
    agent: { name: '李建国', phone: '13900139000' },
    form: { birthYear: 1949, bankAccount: '6222020000000000000' },
    attachments: [attachment('M1'), attachment('M2', 'b')],
  },
  accept: { type: 'accept', sequence: 1, catalogue },
  notAccept: {
    type: 'notAccept',
    sequence: 2,
    reasonCode: 'notWithinPowers',
    reason: '申请人王秀英户籍不在本区',
    legalBasis: '《中华人民共和国行政许可法》第三十二条第一款第二项',
  },
  requestSupplement: {
    type: 'requestSupplement',
    sequence: 3,
    catalogue,
    materials: ['M3'],
    text: '请王秀英补交本人近期照片',
  },
  supplement: { type: 'supplement', mandate, attachments: [attachment('M3', 'c')] },
  handOver: { type: 'handOver', to: district, reason: 'toDecide' },
  decide: { type: 'decide', sequence: 4, outcome: 'approve', opinion: '同意王秀英的申请' },
  certify: { type: 'certify', sequence: 5 },
  deliver: { type: 'deliver', method: 'village', recipient: '王秀英' },
  rate: { type: 'rate', level: 'verySatisfied', channel: 'mobile', text: '李建国服务好' },
  withdraw: { type: 'withdraw', mandate, reasonCode: 'givenUp', reason: '王秀英不再办理' },
  correct: { type: 'correct', changes: { identityType: 'householdRegister' }, reasonCode: 'recordedWrongly' },
  noteReport: {
    type: 'noteReport',
    profile: 'https-json',
    outcome: 'rejected',
    dataVersion: 1,
    problems: [{ code: 'E-CODE', field: 'applyer_page_code', message: '证件号11010519491231002X不存在' }],
  },
  ...procedureSamples,
  ...receptionSamples,
};
export const refusal: CaseCommandOf<'decide'> = {
  ...samples.decide,
  outcome: 'refuse',
  reasonCode: 'conditionsNotMet',
  reason: '王秀英年龄未满',
  legalBasis: '《中华人民共和国老年人权益保障法》第三十三条',
  remedies: '可在六十日内申请行政复议，或在六个月内提起行政诉讼',
};

/** Words that must never be seen outside a sealed part. */
export const personalWords = [
  ...['王秀英', '11010519491231002X', '13800138000', '李建国', '13900139000', 'c2VjcmV0', '王敏'],
];

const usualRole: { readonly [T in CaseCommandType]: Role } = {
  ...{ submit: 'agent', supplement: 'agent', withdraw: 'agent', deliver: 'agent', rate: 'resident' },
  ...{ accept: 'clerk', notAccept: 'clerk', requestSupplement: 'clerk', handOver: 'clerk', certify: 'clerk' },
  ...{ decide: 'approver', correct: 'clerk', noteReport: 'system' },
  ...{ handleOnTheSpot: 'clerk', pause: 'clerk', resume: 'clerk', askExtension: 'clerk', decideExtension: 'approver' },
  ...{ recount: 'clerk', review: 'reviewer', urge: 'supervisor' },
  ...{ callConference: 'clerk', giveOpinion: 'reviewer', concludeConference: 'approver' },
  ...{ issuePaymentNotice: 'clerk', confirmPayment: 'clerk', exemptFee: 'approver', refundFee: 'approver' },
  ...{ receive: 'clerk', confirm: 'resident', answerPreReview: 'clerk', applyFormally: 'agent', markService: 'clerk' },
  ...{ reroute: 'system', repin: 'approver', callBack: 'agent', fileAway: 'agent' },
  ...{ deemAccepted: 'system', markOverdue: 'system' },
};

export interface By {
  readonly role?: Role;
  readonly subject?: string;
  readonly division?: NodeCode;
  readonly at?: number;
  readonly now?: number;
  readonly onBehalfOf?: string;
  readonly offlineGrant?: string;
  readonly owner?: NodeCode;
}

/** One record at its owner: decides, appends what was drafted, folds. */
export class CaseBench {
  state: CaseState | undefined;
  now: number;
  readonly entries: EntryView[] = [];
  readonly drafts: Draft[] = [];
  private rules = rules;

  constructor(date = '2026-03-02') {
    this.now = morningOf(date);
  }

  /** The state of a case that must exist. */
  get case(): CaseState {
    if (this.state === undefined) throw new Error('no case yet');
    return this.state;
  }

  /** From here on the rules count with another calendar. */
  calendar(calendar: WorkingCalendar): this {
    this.rules = caseRules({ calendar });
    return this;
  }

  /** Decides without appending; `undefined` when it is allowed. */
  ask(command: CaseCommand, by: By = {}): Refusal | undefined {
    const result = this.rules.decide(this.state, command, this.context(command, by));
    return result.ok ? undefined : result.refusal;
  }

  /** Decides and appends. */
  try(command: CaseCommand, by: By = {}): Refusal | undefined {
    const context = this.context(command, by);
    const result = this.rules.decide(this.state, command, context);
    if (!result.ok) return result.refusal;
    for (const draft of result.value) this.append(draft, context);
    return undefined;
  }

  do(command: CaseCommand, by: By = {}): this {
    const refused = this.try(command, by);
    if (refused !== undefined) throw new Error(`${command.type}: ${refused.code} ${refused.detail}`);
    return this;
  }

  /** The node to which the case was offered takes it. */
  take(node = this.case.pendingOffer?.to): this {
    if (node === undefined) throw new Error('nothing offered');
    const actor: Actor = { subject: 'federation', role: 'system', division: node };
    const context = { owner: node, record, actor, occurredAt: this.now, now: this.now };
    this.append({ type: ownershipTypes.taken, version: 1, facts: {} }, context, this.case.epoch + 1);
    return this;
  }

  passDays(days: number): this {
    this.now += days * dayMs;
    return this;
  }

  private context(command: CaseCommand, by: By): DecisionContext {
    const now = by.now ?? this.now;
    const owner = by.owner ?? this.state?.owner ?? village;
    const role = by.role ?? usualRole[command.type];
    const division = by.division ?? (['agent', 'resident'].includes(role) ? village : owner);
    const actor = { subject: by.subject ?? `${role}@${division}`, role, division };
    const { offlineGrant } = by;
    const login = offlineGrant === undefined ? {} : { offlineGrant };
    const context = { owner, record, actor, occurredAt: by.at ?? now, now, ...login };
    return by.onBehalfOf === undefined ? context : { ...context, onBehalfOf: by.onBehalfOf };
  }

  private append(draft: Draft, context: DecisionContext, epoch = this.state?.epoch ?? 1): void {
    const seq = (this.state?.seq ?? 0) + 1;
    const entry: EntryView = {
      id: `01890000-0000-7000-8000-${String(seq).padStart(12, '0')}`,
      ...{ record, seq, epoch, author: context.owner, actor: context.actor },
      ...{ type: draft.type, version: draft.version, facts: draft.facts },
      ...{ occurredAt: context.occurredAt, recordedAt: context.now },
    };
    this.drafts.push(draft);
    this.entries.push(entry);
    this.state = rules.evolve(this.state, entry);
  }
}

export const submitted = (date?: string): CaseBench => new CaseBench(date).do(samples.submit).take();
export const supplementing = (date?: string): CaseBench => submitted(date).do(samples.requestSupplement);
export const accepted = (date?: string): CaseBench => submitted(date).do(samples.accept).do(samples.handOver).take();
export const approved = (date?: string): CaseBench => accepted(date).do(samples.decide);
export const certified = (date?: string): CaseBench => approved(date).do(samples.certify);

export const fees = [
  { code: 'certificate', name: '工本费', amountFen: 1000, basis: '鲁价费发〔2020〕12号' },
  { code: 'photo', name: '照相费', amountFen: 500, basis: '鲁价费发〔2020〕12号' },
];

/** A case under an item that differs, taken by the accepting node. */
export const submittedWith = (item: Partial<ItemPin>, date?: string): CaseBench =>
  new CaseBench(date).do({ ...samples.submit, item: { ...samples.submit.item, ...item } }).take();
/** Accepted, and at the node that decides. */
export const acceptedWith = (item: Partial<ItemPin>, date?: string): CaseBench =>
  submittedWith(item, date).do(samples.accept).do(samples.handOver).take();
/** A payment notice lies open: issued by one person, to be paid to another. */
export const noticed = (date?: string): CaseBench =>
  acceptedWith({ fees }, date).do(samples.issuePaymentNotice, { subject: 'window' });
export const paymentOf = ({ case: { fee } }: CaseBench): CaseCommandOf<'confirmPayment'> => ({
  ...samples.confirmPayment,
  noticeNumber: fee.notice?.number ?? '',
  amountFen: fee.notice?.amountFen ?? 0,
});
export const paid = (date?: string): CaseBench => {
  const bench = noticed(date);
  return bench.do(paymentOf(bench), { subject: 'cashier' });
};
/** Everything is decided where the papers were taken in. */
export const villageRoute = { accept: village, decide: village, certify: village, deliver: village };
export const onTheSpot = (item: Partial<ItemPin> = {}): CaseBench =>
  new CaseBench().do({
    ...samples.submit,
    route: villageRoute,
    item: { ...samples.submit.item, regime: 'onTheSpot', ...item },
  });

export const controlledDecision: CaseCommandOf<'decide'> = {
  ...samples.decide,
  reply: '王秀英：经审查，准予办理',
  replySequence: 21,
};

/** Where nothing else is said, an agent's application as the others; these come in another way. */
const { mandate: _noMandate, agent: _noAgent, ...inPerson } = samples.submit;
export const atKiosk: CaseCommandOf<'submit'> = { ...inPerson, channel: 'kiosk' };
export const byPhone: CaseCommandOf<'submit'> = {
  ...inPerson,
  channel: 'phone',
  caller: { name: '王敏', phone: '13900139000', relation: '女儿' },
  callbackChecked: true,
};
export const forPreReview: CaseCommandOf<'submit'> = { ...samples.submit, preReview: true };
/** The accepting node has it and has not answered. */
export const preReviewing = (): CaseBench => new CaseBench().do(forPreReview).take();
export const preReviewed = (): CaseBench => preReviewing().do(samples.answerPreReview);

/** Cases that together have an entry of every type. */
export function everyEntry(): CaseBench[] {
  const cover = { of: 'a-role', reasonCode: 'leave' } as const;
  const refunded = paid().do(samples.refundFee).do(samples.issuePaymentNotice).do(samples.exemptFee);
  const opinions = accepted()
    .do({ ...samples.callConference, cover })
    .do(samples.giveOpinion, { subject: 'first' });
  const provisional = accepted('2026-12-29').calendar(workingCalendar({ coveredYears: [2027] }));
  return [
    certified().do(samples.deliver).do(samples.rate).do(samples.noteReport).do(samples.correct),
    supplementing()
      .do(samples.supplement, { offlineGrant: '01890000-0000-7000-8000-00000000000a' })
      .do(samples.withdraw),
    submitted().do(samples.notAccept),
    accepted().do(refusal),
    refunded,
    onTheSpot().do(samples.handleOnTheSpot),
    opinions
      .do({ ...samples.giveOpinion, department: 'public-security' }, { subject: 'second' })
      .do(samples.concludeConference),
    accepted().do(samples.urge).do(samples.pause).passDays(60).do(samples.resume),
    accepted().do(samples.askExtension).do(samples.decideExtension),
    provisional.do(samples.recount),
    acceptedWith({ regime: 'controlled' }).do(controlledDecision),
    submittedWith({ regime: 'reportedUp' }).do(samples.accept).do(samples.review).do(samples.handOver).take(),
    accepted().do({ ...samples.handOver, to: township, reason: 'returned', text: '请核对王秀英的材料' }),
    ...receptions(),
  ];
}

const receptions = (): CaseBench[] => [
  new CaseBench().do(atKiosk, { role: 'resident' }).do(samples.receive).take().do(samples.repin),
  new CaseBench().do(byPhone, { role: 'clerk' }).take().do(samples.confirm).do(samples.reroute),
  preReviewed()
    .do({ ...samples.applyFormally, attachments: [attachment('M2', 'd')] })
    .do(samples.markService),
  certified().do(samples.callBack).do(samples.deliver).do(samples.fileAway),
  submitted().passDays(20).do(samples.deemAccepted).passDays(60).do(samples.markOverdue),
];
