import { linesOf, placeOf } from './lines.js';
import { someWords as words } from './words.fixture.js';

const material = { code: 'id', name: '身份证', necessity: 'required', copies: 1 };
const sample = { name: '样本.pdf', digest: 'ab', mediaType: 'application/pdf' };
const form = { type: 'object', properties: { account: { title: '收款账号', type: 'string' } }, required: [] };
const values: readonly (readonly [string, string, unknown, readonly string[]])[] = [
  ['nothing where nothing is said', 'validTo', undefined, []],
  ['a figure', 'promisedDays', 5, ['5']],
  ['nought', 'promisedDays', 0, ['0']],
  ['yes or no', 'presenceRequired', false, ['否']],
  ['codes together', 'audience', ['naturalPerson', 'enterprise'], ['自然人、企业法人']],
  ['an unknown code among them', 'audience', ['naturalPerson', 'moonDweller'], ['自然人、moonDweller']],
  ['prose line by line', 'conditions', ['年满 80 周岁', '本市户籍'], ['年满 80 周岁', '本市户籍']],
  ['nothing of an empty list', 'materials', [], []],
  ['a part by its name', 'materials', [material], ['身份证；code：id；必要性：必要；份数：1']],
  ['a file by its name', 'result', { kind: 'none', name: '批文', sample }, ['批文；kind：none；sample：样本.pdf']],
  ['the fields of a form', 'applicantForm', form, ['收款账号；类型：string']],
];

it.each(values)('an element says %s', (_what, name, value, lines) => {
  expect(linesOf(name, value, words)).toEqual(lines);
});

const places: readonly (readonly [string, { readonly within: string; readonly name: string }])[] = [
  ['promisedDays', { within: '', name: 'promisedDays' }],
  ['materials[id-card].copies', { within: 'id-card · 份数', name: 'copies' }],
  ['steps[受理（1.5 日）].days', { within: '受理（1.5 日） · days', name: 'days' }],
  ['questions[可以[代]办吗？]', { within: '可以[代]办吗？', name: 'questions' }],
  ['conditions[0]', { within: '第 1 项', name: 'conditions' }],
  ['applicantForm.properties.account.title', { within: 'properties · account · title', name: 'title' }],
];

it.each(places)('a change at %s is found', (path, place) => {
  expect(placeOf(path, words)).toEqual(place);
});
