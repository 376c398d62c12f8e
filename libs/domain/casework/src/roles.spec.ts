import { roles } from '@tongban/kernel';
import {
  accepted,
  acceptedWith,
  approved,
  atKiosk,
  byPhone,
  CaseBench,
  certified,
  city,
  district,
  fees,
  noticed,
  onTheSpot,
  paid,
  preReviewed,
  preReviewing,
  samples,
  submitted,
  supplementing,
  township,
  village,
  type By,
} from './case.fixture.js';
import { caseCommandTypes, type CaseCommandType } from './command-schemas.js';
import { commandSpecs } from './table.js';

const ready: Readonly<Record<CaseCommandType, () => CaseBench>> = {
  submit: () => new CaseBench(),
  ...{ accept: submitted, notAccept: submitted, requestSupplement: submitted, withdraw: submitted },
  ...{ handOver: submitted, correct: submitted, noteReport: submitted, supplement: supplementing },
  ...{ decide: accepted, certify: approved, deliver: certified, rate: certified },
  ...{ handleOnTheSpot: onTheSpot, pause: accepted, askExtension: accepted, review: accepted, urge: accepted },
  resume: () => accepted().do(samples.pause),
  decideExtension: () => accepted().do(samples.askExtension),
  // Nothing to recount is the rules' own refusal; a case whose limit is not certain has the calendar refuse it.
  recount: accepted,
  callConference: accepted,
  giveOpinion: () => accepted().do(samples.callConference),
  concludeConference: () => conferring(),
  issuePaymentNotice: () => acceptedWith({ fees }),
  ...{ confirmPayment: noticed, exemptFee: noticed, refundFee: paid },
  receive: () => new CaseBench().do(atKiosk, { role: 'resident' }),
  confirm: () => new CaseBench().do(byPhone, { role: 'clerk' }).take(),
  ...{ answerPreReview: preReviewing, applyFormally: preReviewed, markService: submitted, repin: submitted },
  reroute: submitted,
  callBack: () => mine(),
  fileAway: () => mine().do(samples.deliver),
  deemAccepted: () => submitted().passDays(20),
  markOverdue: () => accepted().passDays(20),
};
/** The agent who asks is the one who applied. */
const mine = (): CaseBench =>
  new CaseBench()
    .do(samples.submit, { subject: 'somebody-agent' })
    .take()
    .do(samples.accept)
    .do(samples.handOver)
    .take()
    .do(samples.decide)
    .do(samples.certify);
const conferring = (): CaseBench =>
  accepted()
    .do(samples.callConference)
    .do(samples.giveOpinion, { subject: 'first' })
    .do({ ...samples.giveOpinion, department: 'public-security' }, { subject: 'second' });
/** What the rules say to somebody who may ask, where that is not yes. */
const answers: Partial<Record<CaseCommandType, string>> = { recount: 'case.nothing-to-recount' };
const matrix = caseCommandTypes.flatMap((command) => roles.map((role) => ({ command, role })));

describe('who may do what', () => {
  it.each(matrix)('$command by $role', ({ command, role }) => {
    const bench = ready[command]();
    const defaultRating = { ...samples.rate, channel: 'systemDefault' } as const;
    const online = { ...samples.confirmPayment, method: 'provider' } as const;
    // What people asked for at the provincial portal.
    const submit = { ...samples.submit, channel: 'province' } as const;
    const bySystem = { ...samples, submit, rate: defaultRating, confirmPayment: online };
    const sample = (role === 'system' ? bySystem : samples)[command];
    const refused = bench.ask(sample, { role, subject: `somebody-${role}` });
    const allowed = commandSpecs[command].roles.includes(role);
    expect(refused?.code).toBe(allowed ? answers[command] : 'jurisdiction.role');
  });

  it.each(
    caseCommandTypes.filter(
      (command) =>
        commandSpecs[command].from === 'owner' && commandSpecs[command].roles.some((role) => role !== 'system'),
    ),
  )('%s is for staff of the owner only', (command) => {
    expect(ready[command]().ask(samples[command], { division: city })?.code).toBe('jurisdiction.division');
  });

  it.each(['accept', 'notAccept', 'requestSupplement'] as const)('%s needs the route to accept here', (command) => {
    const bench = submitted().do(samples.handOver).take();
    expect(bench.case.owner).toBe(district);
    expect(bench.ask(samples[command])?.code).toBe('case.power');
  });

  it('decision and certificate need their powers', () => {
    const atTownship = submitted().do(samples.accept);
    expect(atTownship.ask(samples.decide)?.code).toBe('case.power');
    const returned = approved()
      .do({ ...samples.handOver, to: township, reason: 'returned', text: '请核对材料' })
      .take();
    expect(returned.ask(samples.certify)?.code).toBe('case.power');
  });

  it('only the owner decides', () => {
    for (const command of caseCommandTypes.filter((type) => type !== 'submit'))
      expect(ready[command]().ask(samples[command], { owner: city })?.code).toBe('case.not-owner');
  });

  it('nobody acts while the case is on its way', () => {
    const moving = submitted().do(samples.handOver);
    for (const command of caseCommandTypes) expect(moving.ask(samples[command])?.code).toBe('case.handing-over');
  });

  it('the approver is not the one who accepted, except on the spot', () => {
    const same: By = { subject: 'one-person' };
    const route = { accept: village, decide: village, certify: village, deliver: village };
    const at = (regime: 'promised' | 'onTheSpot') =>
      new CaseBench()
        .do({ ...samples.submit, route, item: { ...samples.submit.item, regime } })
        .do(samples.accept, same)
        .ask(samples.decide, same)?.code;
    expect([at('promised'), at('onTheSpot')]).toEqual(['case.same-person', undefined]);
  });

  it('a resident who applied in person is the only resident to act', () => {
    const bench = new CaseBench().do(samples.submit, { role: 'resident', subject: 'wang' }).take();
    expect(bench.ask(samples.withdraw, { role: 'resident', subject: 'zhang' })?.code).toBe('jurisdiction.not-party');
    expect(bench.ask(samples.withdraw, { role: 'resident', subject: 'wang' })).toBeUndefined();
  });

  it.each(['submit', 'supplement', 'withdraw'] as const)('%s by an agent needs a mandate', (command) => {
    const { mandate: _left, ...without } = samples[command];
    expect(ready[command]().ask(without)?.code).toBe('mandate.required');
    expect(ready[command]().ask(without, { role: 'resident' })).toBeUndefined();
  });
});
