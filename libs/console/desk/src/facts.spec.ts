import { askedFor, yuan, type CaseFacts } from './facts.js';

const supplements = (...rounds: readonly (number | null)[]): CaseFacts =>
  ({ supplements: rounds.map((suppliedAt, round) => ({ materials: [`M${round}`], suppliedAt })) }) as never;

it('asks for the papers of the newest notice that is open', () => {
  expect(askedFor(supplements())).toBeUndefined();
  expect(askedFor(supplements(1))).toBeUndefined();
  expect(askedFor(supplements(1, null))).toEqual(['M1']);
});

it('writes money as it is written', () => {
  expect([yuan(0), yuan(1500), yuan(5), yuan(123456)]).toEqual(['¥0.00', '¥15.00', '¥0.05', '¥1234.56']);
});
