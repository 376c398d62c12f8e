import fc from 'fast-check';
import { offerKnown, type EarlierCase, type NamedMaterial } from './known-materials.js';

const file = (material: string, mark: string) => ({
  ...{ material, digest: mark.repeat(64), size: 10, mediaType: 'image/jpeg' },
});
const idCard: NamedMaterial = { code: 'id-card', name: '居民身份证', source: 'government' };
const form: NamedMaterial = { code: 'form', name: '申请表', source: 'applicant' };
const licence: NamedMaterial = { code: 'licence', name: '食品经营许可证', source: 'government' };
const earlier = (changes: Partial<EarlierCase> = {}): EarlierCase => ({
  ...{ record: 'r1', channel: 'window', received: false, isAccepted: true, closing: 'certified', certificate: null },
  materials: [file('card', 'a'), file('sheet', 'b')],
  named: [
    { ...idCard, code: 'card' },
    { ...form, code: 'sheet' },
  ],
  ...changes,
});
const certificate = { number: 'ZS1', resultName: licence.name, validFrom: '2025-01-01', validTo: '2026-03-02' };
const trustOf = (wanted: NamedMaterial, cases: EarlierCase[], today = '2026-03-02') =>
  offerKnown([wanted], cases, today).map(({ trust, record }) => `${trust} ${record}`);

describe('materials that earlier cases make known', () => {
  it('are found by name, whatever code the other item gives them', () => {
    expect(offerKnown([idCard, licence], [earlier()], '2026-03-02')).toEqual([
      { material: 'id-card', trust: 'B', record: 'r1', file: file('card', 'a') },
    ]);
  });

  it('are trusted as far as somebody has seen the original', () => {
    expect(trustOf(idCard, [earlier({ channel: 'online' })])).toEqual(['C r1']);
    expect(trustOf(idCard, [earlier({ channel: 'kiosk', received: true })])).toEqual(['B r1']);
    expect(trustOf(form, [earlier()])).toEqual(['D r1']);
    expect(trustOf(idCard, [earlier({ isAccepted: false })])).toEqual([]);
  });

  it('are ours at level A while they are valid', () => {
    const issued = earlier({ certificate });
    expect(offerKnown([licence], [issued], '2026-03-02')).toEqual([
      { material: 'licence', trust: 'A', record: 'r1', certificateNumber: 'ZS1' },
    ]);
    expect(trustOf(licence, [issued], '2026-03-03')).toEqual([]);
    expect(trustOf(licence, [earlier({ certificate: { ...certificate, validTo: null } })], '2099-01-01')).toEqual([
      'A r1',
    ]);
    expect(trustOf(licence, [earlier({ certificate, closing: null })])).toEqual([]);
  });

  it('are offered once, at the best level, and of equals the newest', () => {
    const cases = fc.array(
      fc.record({
        record: fc.uuid(),
        channel: fc.constantFrom('window' as const, 'online' as const),
        isAccepted: fc.boolean(),
      }),
    );
    fc.assert(
      fc.property(cases, (found) => {
        const offers = offerKnown([idCard], found.map(earlier), '2026-03-02');
        const usable = found.filter(({ isAccepted }) => isAccepted);
        const best = usable.find(({ channel }) => channel === 'window') ?? usable[0];
        expect(offers.map(({ record }) => record)).toEqual(best === undefined ? [] : [best.record]);
      }),
    );
  });
});
