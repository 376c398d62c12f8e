import { call, routes, type commandHeaders } from '@tongban/console/api';
import type { shapes } from '@tongban/console/api';

/** A command as the server names it (`listCaseActs`). */
export type Command = shapes.ListCaseActsResponse['acts'][number]['command'];

export type Field =
  | { readonly name: string; readonly kind: 'line' | 'text' | 'date' | 'toggle'; readonly optional?: true }
  | { readonly name: string; readonly kind: 'number'; readonly optional?: true; readonly max: number }
  | { readonly name: string; readonly kind: 'choice'; readonly values: readonly string[]; readonly optional?: true }
  | { readonly name: string; readonly kind: 'materials' | 'departments' | 'holder'; readonly optional?: true };

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

const line = (name: string): Field => ({ name, kind: 'line' });
const text = (name: string): Field => ({ name, kind: 'text' });
const choice = (name: string, ...values: string[]): Field => ({ name, kind: 'choice', values });
const maybe = (field: Field): Field => ({ ...field, optional: true });

const conclusion = choice('conclusion', 'agree', 'conditional', 'disagree');
const method = choice('method', 'window', 'post', 'village');
const maxExtensionDays = 60;
const maxProcedureDays = 250;

/** What staff can do with a case, and what each act asks for. Commands of others are not in it. */
export const actForms: Readonly<Partial<Record<Command, ActForm>>> = {
  receive: act((sent) => call(routes.receiveCase, sent), []),
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
  handleOnTheSpot: act((sent) => call(routes.handleOnTheSpot, sent), [text('opinion'), method, line('recipient')]),
  answerPreReview: act(
    (sent) => call(routes.answerPreReview, sent),
    [choice('outcome', 'pass', 'notPass'), maybe(text('text'))],
  ),
  review: act((sent) => call(routes.reviewCase, sent), [choice('conclusion', 'agree', 'disagree'), text('opinion')]),
  decide: act(
    (sent) => call(routes.decideCase, sent),
    [
      choice('outcome', 'approve', 'refuse'),
      text('opinion'),
      maybe(choice('reasonCode', 'conditionsNotMet', 'materialsUntrue', 'quotaExhausted', 'rightsOfOthers', 'other')),
      maybe(text('reason')),
      maybe(line('legalBasis')),
      maybe(text('remedies')),
      maybe(text('reply')),
    ],
    true,
  ),
  certify: act((sent) => call(routes.certifyCase, sent), [maybe({ name: 'validTo', kind: 'date' })]),
  deliver: act((sent) => call(routes.deliverResult, sent), [method, line('recipient'), maybe(line('pickUpCode'))]),
  handOver: act(
    (sent) => call(routes.handOverCase, sent),
    [
      { name: 'to', kind: 'holder' },
      choice('reason', 'toAccept', 'toDecide', 'toCertify', 'returned', 'jurisdiction', 'other'),
      maybe(text('text')),
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
  issuePaymentNotice: act((sent) => call(routes.issuePaymentNotice, sent), []),
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
