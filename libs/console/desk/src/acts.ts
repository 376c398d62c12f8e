import { call, routes, type commandHeaders } from '@tongban/console/api';
import type { shapes } from '@tongban/console/api';
import type { CaseFacts } from './facts.js';

/** A command as the server names it (`listCaseActs`). */
export type Command = shapes.ListCaseActsResponse['acts'][number]['command'];

export type Field = {
  readonly name: string;
  readonly optional?: true;
  /** Shown, and then needed, only when another field has this value. */
  readonly when?: { readonly field: string; readonly is: string };
  /** Only where the item is of this kind. */
  readonly regime?: string;
  /** Filled in beforehand. */
  readonly initial?: string;
} & (
  | { readonly kind: 'line' | 'text' | 'date' | 'toggle' | 'parcel' }
  | { readonly kind: 'number'; readonly max: number }
  | { readonly kind: 'choice'; readonly values: readonly string[] }
  | { readonly kind: 'materials' | 'departments' | 'holder' | 'faults' | 'attachments' | 'projects' }
  /** Follows from the case and is only shown. */
  | { readonly kind: 'given'; readonly from: (facts: CaseFacts) => string | number }
);

/** Field values as the form gives them, by field name. */
export type Values = Readonly<Record<string, unknown>>;

interface Sent<Body> {
  readonly path: { readonly node: string; readonly record: string };
  readonly headers: ReturnType<typeof commandHeaders>;
  readonly body: Body;
}

type Answer = Promise<shapes.CommandDone | shapes.CommandRequested>;

export interface ActForm {
  readonly fields: readonly Field[];
  /** @throws ApiProblem */
  readonly send: (sent: Sent<Values>) => Answer;
  /** Ends the case or cannot be taken back: the button says so in its colour. */
  readonly grave: boolean;
}

/** The fields are those of the route's body, which no type can follow; the server says what is wrong with them. */
const act = (route: (sent: Sent<never>) => Answer, fields: readonly Field[], grave = false): ActForm => ({
  fields,
  grave,
  send: (sent) => route(sent as Sent<never>),
});

/** The fields that an act asks for, by what the item is and what has been filled in so far. */
export const shownFields = (fields: readonly Field[], values: Values, regime: string): Field[] =>
  fields.filter(
    ({ when: only, regime: of }) =>
      (only === undefined || values[only.field] === only.is) && (of === undefined || of === regime),
  );

const line = (name: string): Field => ({ name, kind: 'line' });
const text = (name: string): Field => ({ name, kind: 'text' });
const choice = (name: string, ...values: string[]): Field => ({ name, kind: 'choice', values });
const maybe = (field: Field): Field => ({ ...field, optional: true });
const filled = (field: Field, initial: string): Field => ({ ...field, initial });
const when = (field: string, is: string, ...fields: Field[]): Field[] =>
  fields.map((each) => ({ ...each, when: { field, is } }));

const conclusion = choice('conclusion', 'agree', 'conditional', 'disagree');
const method = filled(choice('method', 'window', 'post', 'village'), 'window');
/** 行政许可法 article 42. */
const maxExtensionDays = 10;
const maxProcedureDays = 250;

/** What staff can do with a case, and what each act asks for, in the order of the work. Commands of others are not in it. */
export const actForms: Readonly<Partial<Record<Command, ActForm>>> = {
  receive: act((sent) => call(routes.receiveCase, sent), []),
  handleOnTheSpot: act(
    (sent) => call(routes.handleOnTheSpot, sent),
    [filled(text('opinion'), '经审核，材料齐全，符合条件，同意办理。'), method, line('recipient')],
  ),
  accept: act((sent) => call(routes.acceptCase, sent), []),
  notAccept: act(
    (sent) => call(routes.refuseAcceptance, sent),
    [
      choice('reasonCode', 'noPermitNeeded', 'notWithinPowers', 'notEligible', 'notSupplemented', 'other'),
      text('reason'),
      line('legalBasis'),
    ],
    true,
  ),
  requestSupplement: act(
    (sent) => call(routes.requestSupplement, sent),
    [{ name: 'materials', kind: 'materials' }, text('text')],
  ),
  supplement: act((sent) => call(routes.supplementCase, sent), [{ name: 'attachments', kind: 'attachments' }]),
  answerPreReview: act(
    (sent) => call(routes.answerPreReview, sent),
    [
      choice('outcome', 'pass', 'notPass'),
      ...when('outcome', 'notPass', { name: 'faults', kind: 'faults' }),
      text('text'),
    ],
  ),
  review: act((sent) => call(routes.reviewCase, sent), [choice('conclusion', 'agree', 'disagree'), text('opinion')]),
  decide: act(
    (sent) => call(routes.decideCase, sent),
    [
      choice('outcome', 'approve', 'refuse'),
      text('opinion'),
      ...when(
        'outcome',
        'refuse',
        choice('reasonCode', 'conditionsNotMet', 'materialsUntrue', 'quotaExhausted', 'rightsOfOthers', 'other'),
        text('reason'),
        line('legalBasis'),
        text('remedies'),
      ),
      { ...text('reply'), regime: 'controlled' },
    ],
    true,
  ),
  certify: act((sent) => call(routes.certifyCase, sent), [maybe({ name: 'validTo', kind: 'date' })]),
  deliver: act(
    (sent) => call(routes.deliverResult, sent),
    [
      method,
      line('recipient'),
      ...when('method', 'window', maybe(line('pickUpCode'))),
      ...when('method', 'post', maybe({ name: 'parcel', kind: 'parcel' })),
    ],
  ),
  handOver: act(
    (sent) => call(routes.handOverCase, sent),
    [
      { name: 'to', kind: 'holder' },
      choice('reason', 'toAccept', 'toDecide', 'toCertify', 'returned', 'jurisdiction', 'other'),
      ...when('reason', 'returned', text('text')),
    ],
  ),
  pause: act(
    (sent) => call(routes.pauseCase, sent),
    [
      choice('procedure', 'hearing', 'inspection', 'appraisal', 'expertReview', 'publicNotice', 'siteSurvey'),
      line('legalBasis'),
      { name: 'workingDays', kind: 'number', max: maxProcedureDays },
      text('text'),
    ],
  ),
  resume: act((sent) => call(routes.resumeCase, sent), [text('result')]),
  askExtension: act(
    (sent) => call(routes.askExtension, sent),
    [{ name: 'days', kind: 'number', max: maxExtensionDays }, text('reason')],
  ),
  decideExtension: act(
    (sent) => call(routes.decideExtension, sent),
    [choice('outcome', 'granted', 'rejected'), text('reason')],
  ),
  recount: act((sent) => call(routes.recountCase, sent), []),
  callConference: act(
    (sent) => call(routes.callConference, sent),
    [{ name: 'departments', kind: 'departments' }, { name: 'dueBy', kind: 'date' }, line('subject')],
  ),
  giveOpinion: act(
    (sent) => call(routes.giveConferenceOpinion, sent),
    [{ name: 'department', kind: 'departments' }, conclusion, text('opinion')],
  ),
  concludeConference: act((sent) => call(routes.concludeConference, sent), [conclusion, text('summary')]),
  issuePaymentNotice: act(
    (sent) => call(routes.issuePaymentNotice, sent),
    [{ name: 'projects', kind: 'projects', optional: true }],
  ),
  confirmPayment: act(
    (sent) => call(routes.confirmPayment, sent),
    [
      { name: 'noticeNumber', kind: 'given', from: ({ fee }) => fee.notice?.number ?? '' },
      { name: 'amountFen', kind: 'given', from: ({ fee }) => fee.notice?.amountFen ?? 0 },
      line('receiptNumber'),
      maybe(line('payer')),
    ],
  ),
  exemptFee: act((sent) => call(routes.exemptFee, sent), [line('legalBasis'), text('reason')]),
  refundFee: act(
    (sent) => call(routes.refundFee, sent),
    [choice('reasonCode', 'overcharged', 'notGranted', 'exemptedLater', 'other'), text('reason')],
  ),
  markService: act(
    (sent) => call(routes.markService, sent),
    [
      choice('mark', 'greenChannel', 'majorProject', 'overtime', 'doorToDoor'),
      { name: 'granted', kind: 'toggle' },
      text('reason'),
    ],
  ),
  callBack: act(
    (sent) => call(routes.callBack, sent),
    [choice('outcome', 'satisfied', 'dissatisfied', 'unreached'), maybe(text('text'))],
  ),
  fileAway: act((sent) => call(routes.fileAgency, sent), []),
  urge: act((sent) => call(routes.urgeCase, sent), [maybe(text('text'))]),
};
