import { askedFor, papersOf, yuan, type CaseFacts } from './facts.js';

const supplements = (...rounds: readonly (number | null)[]): CaseFacts =>
  ({ supplements: rounds.map((suppliedAt, round) => ({ materials: [`M${round}`], suppliedAt })) }) as never;

it('asks for the papers of the newest notice that is open', () => {
  expect(askedFor(supplements())).toBeUndefined();
  expect(askedFor(supplements(1))).toBeUndefined();
  expect(askedFor(supplements(1, null))).toEqual(['M1']);
});

describe('the papers of a case', () => {
  const copy = (material: string, digest: string) => ({ material, digest, mediaType: 'image/png' });
  const first = [copy('form', 'a'), copy('photo', 'b')];

  it('are listed once each while one is asked for again, with the earlier copy', () => {
    const round = { materials: ['photo', 'proof'], requestedAt: 7, suppliedAt: null };
    expect(papersOf({ materials: first, supplements: [round] })).toEqual([
      { material: 'photo', askedAt: 7, copies: [copy('photo', 'b')] },
      { material: 'proof', askedAt: 7, copies: [] },
      { material: 'form', copies: [copy('form', 'a')] },
    ]);
  });

  it('keep all their copies once the new one has come', () => {
    const round = { materials: ['photo'], requestedAt: 7, suppliedAt: 9 };
    expect(papersOf({ materials: [...first, copy('photo', 'c')], supplements: [round] })).toEqual([
      { material: 'form', copies: [copy('form', 'a')] },
      { material: 'photo', copies: [copy('photo', 'b'), copy('photo', 'c')] },
    ]);
  });
});

it('writes money as it is written', () => {
  expect([yuan(0), yuan(1500), yuan(5), yuan(123456)]).toEqual(['¥0.00', '¥15.00', '¥0.05', '¥1234.56']);
});
