import { noticeDraft } from './notice-draft.js';

const materials = [
  { code: 'M1', name: '身份证', note: '正反面' },
  { code: 'M2', name: '申请表' },
  { code: 'M3', name: '照片' },
];

it('numbers the papers in the order of the item, not of the clicks', () => {
  expect(noticeDraft(materials, ['M3', 'M1'])).toBe('请补正以下材料：\n1. 身份证（正反面）；\n2. 照片。');
});

it('says nothing where nothing is asked for', () => {
  expect(noticeDraft(materials, [])).toBe('');
  expect(noticeDraft(materials, ['gone'])).toBe('');
});
