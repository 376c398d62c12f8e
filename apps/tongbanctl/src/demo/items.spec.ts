import { isIdentityNumber, type ApplicantForm } from '@tongban/domain/catalogue';
import { nodeCode } from '@tongban/kernel';
import type { OfferedItem } from './api.js';
import { makeApplicant, withCheckCharacter } from './applicants.js';
import { fillForm } from './form.js';
import { isBilled, projectsOf } from './fees.js';
import { pathOf, pick, pickRegime, sortOut, usable } from './items.js';
import { city, district, township, village } from './observation.fixture.js';
import { pdfPaper, pngPaper, pngSeedBytes } from './papers.js';

const station = { village, township, above: district };
const material = (code: string, necessity: 'required' | 'optional' | 'exempt' = 'required') => ({
  ...{ code, necessity, name: code, source: 'applicant', form: 'copy', copies: 1 },
});
const here = { accept: township, decide: township, certify: township, deliver: village };

function item(changes: Partial<OfferedItem> = {}): OfferedItem {
  return {
    ...{ code: '000511004000', version: 1, name: '高龄津贴发放', presenceRequired: false, promisedDays: 10 },
    regime: 'promised',
    audience: ['naturalPerson'],
    result: { kind: 'certificate', name: '证' },
    materials: [material('identity-card'), material('photo')] as OfferedItem['materials'],
    applicantForm: { type: 'object', properties: {}, required: [] },
    powers: ['submit'],
    route: here,
    ...changes,
  };
}

describe('items of the main job', () => {
  it('are told by where they are handled', () => {
    expect(pathOf(here, station, city)).toBe('townshipDecides');
    expect(pathOf({ ...here, decide: district, certify: district }, station, city)).toBe('districtDecides');
    expect(pathOf({ ...here, accept: city, decide: city }, station, city)).toBe('cityDecides');
    expect(pathOf({ ...here, accept: village }, station, city)).toBeUndefined();
    const withoutDistrict = { ...station, above: city };
    expect(pathOf({ ...here, decide: city, certify: city }, withoutDistrict, city)).toBe('districtDecides');
    expect(pathOf({ ...here, accept: city, decide: city, certify: city }, withoutDistrict, city)).toBe('cityDecides');
  });

  it.each<[string, Partial<OfferedItem>]>([
    ['nobody can do for another', { presenceRequired: true }],
    ['is for enterprises', { audience: ['enterprise'] }],
    ['the village may not take in', { powers: ['deliver'] }],
    ['has too few papers', { materials: [material('identity-card')] as OfferedItem['materials'] }],
    [
      'has a form nobody can fill in',
      {
        applicantForm: {
          type: 'object',
          properties: { x: { title: 'x', type: 'string', pattern: '^~$' } },
          required: ['x'],
        },
      },
    ],
  ])('leave out what %s', (_, changes) => {
    expect(usable(item(changes))).toBeUndefined();
  });

  it('hand in what is required, and a second paper that is not', () => {
    const materials = [material('a'), material('b', 'exempt'), material('c', 'optional')] as OfferedItem['materials'];
    expect(usable(item({ materials }))?.materials).toEqual(['a', 'c']);
  });

  it('come with the shortest promise first, and go round', () => {
    const slow = item({ code: '000511001000', promisedDays: 30 });
    const assortment = sortOut([slow, item()], station, city);
    const turns = [0, 1, 2].map((turn) => pick(assortment, 'townshipDecides', turn, station).item.code);
    expect(turns).toEqual(['000511004000', '000511001000', '000511004000']);
    expect(() => pick(assortment, 'cityDecides', 0, station)).toThrow('没有“村收件、市级决定”的事项可办');
  });
});

describe('the regimes', () => {
  const above = { accept: township, decide: district, certify: district, deliver: village };
  it('are shown with the shortest item, what is done in one sitting only where the township does all of it', () => {
    const items = [
      item({ code: '1', regime: 'onTheSpot', route: above, promisedDays: 0 }),
      item({ code: '2', regime: 'reportedUp', route: above, promisedDays: 9 }),
      item({ code: '3', regime: 'reportedUp', promisedDays: 20 }),
    ];
    const assortment = sortOut(items, station, city);
    expect(pickRegime(assortment, 'onTheSpot')).toBeUndefined();
    expect(pickRegime(assortment, 'reportedUp')?.item.code).toBe('2');
    const here = sortOut([...items, item({ code: '4', regime: 'onTheSpot', promisedDays: 1 })], station, city);
    expect(pickRegime(here, 'onTheSpot')?.item.code).toBe('4');
  });

  it('bill everything that is fixed, one of what is chosen, one unit of what is measured', () => {
    const project = { name: '工本费', basis: '发改价格〔2004〕2831号', standard: '每本10元' };
    const one = { ...project, code: 'one', amountFen: 1000, unit: '本' };
    expect([one, project, { ...project, code: 'x' }].filter(isBilled)).toEqual([one]);
    expect(projectsOf([one])).toEqual({});
    const two = [
      { ...one, choice: 'use', code: 'home' },
      { ...one, choice: 'use', code: 'shop' },
      { ...one, code: 'copies', measured: true },
    ];
    expect(projectsOf(two)).toEqual({ projects: [{ code: 'home' }, { code: 'copies', quantity: 1 }] });
  });
});

describe('what is handed in', () => {
  it('fills in what a form demands and nothing else', () => {
    const form: ApplicantForm = {
      type: 'object',
      properties: {
        kind: { title: '类别', type: 'string', enum: ['甲', '乙'] },
        born: { title: '出生日期', type: 'string', format: 'date' },
        plate: { title: '号牌', type: 'string', pattern: '^[\\u4e00-\\u9fa5][A-Z][A-Z0-9]{5,6}$' },
        area: { title: '面积', type: 'number', minimum: 5000 },
        agreed: { title: '同意', type: 'boolean' },
        note: { title: '备注', type: 'string' },
      },
      required: ['kind', 'born', 'plate', 'area', 'agreed'],
    };
    expect(fillForm(form)).toEqual({ kind: '甲', born: '2026-01-15', plate: '鲁L12345', area: 10_000, agreed: true });
    expect(fillForm(form, { kind: '乙' })).toMatchObject({ kind: '乙' });
  });

  it('has numbers that check (GB 11643-1999)', () => {
    expect(withCheckCharacter('11010519491231002')).toBe('11010519491231002X');
    for (let count = 0; count < 50; count++) {
      expect(
        isIdentityNumber(makeApplicant({ ...station, village: nodeCode('371102001001') }, '').identityNumber),
      ).toBe(true);
    }
  });

  it('is a PDF and a PNG, each one different', () => {
    const pdf = Buffer.from(pdfPaper('身份证 1').bytes).toString('latin1');
    expect(pdf.startsWith('%PDF-1.7\n') && pdf.endsWith('%%EOF\n')).toBe(true);
    const tableAt = Number(/startxref\n(\d+)/.exec(pdf)?.[1]);
    expect(pdf.slice(tableAt, tableAt + 4)).toBe('xref');
    expect(pdfPaper('身份证 2').bytes).not.toEqual(pdfPaper('身份证 1').bytes);
    const png = pngPaper(new Uint8Array(pngSeedBytes).fill(7)).bytes;
    expect([...png.slice(0, 4)]).toEqual([0x89, 0x50, 0x4e, 0x47]);
  });
});
