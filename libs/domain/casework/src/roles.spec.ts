import { roles } from '@tongban/kernel';
import {
  accepted,
  approved,
  CaseBench,
  certified,
  city,
  district,
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
};
const matrix = caseCommandTypes.flatMap((command) => roles.map((role) => ({ command, role })));

describe('who may do what', () => {
  it.each(matrix)('$command by $role', ({ command, role }) => {
    const bench = ready[command]();
    const defaultRating = { ...samples.rate, channel: 'systemDefault' } as const;
    const sample = command === 'rate' && role === 'system' ? defaultRating : samples[command];
    const refused = bench.ask(sample, { role, subject: `somebody-${role}` });
    expect(refused?.code).toBe(commandSpecs[command].roles.includes(role) ? undefined : 'jurisdiction.role');
  });

  it.each(caseCommandTypes.filter((command) => commandSpecs[command].from === 'owner'))(
    '%s is for staff of the owner only',
    (command) => {
      expect(ready[command]().ask(samples[command], { division: city })?.code).toBe('jurisdiction.division');
    },
  );

  it.each(['accept', 'notAccept', 'requestSupplement'] as const)('%s needs the route to accept here', (command) => {
    const bench = submitted().do(samples.handOver).take();
    expect(bench.case.owner).toBe(district);
    expect(bench.ask(samples[command])?.code).toBe('case.power');
  });

  it('decision and certificate need their powers', () => {
    const atTownship = submitted().do(samples.accept);
    expect(atTownship.ask(samples.decide)?.code).toBe('case.power');
    const returned = approved().do({ type: 'handOver', to: township, reason: 'returned' }).take();
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
