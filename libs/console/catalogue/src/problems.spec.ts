import { problemText } from './problems.js';
import { someWords } from './words.fixture.js';

const titles = new Map([
  ['promisedDays', '承诺办结时限（工作日）'],
  ['materials', '申请材料'],
  ['fee', '收费'],
]);
const problems: readonly (readonly [string, string])[] = [
  ['promisedDays: 承诺时限超过法定时限', '承诺办结时限（工作日）：承诺时限超过法定时限'],
  ['fee.basis: 收费须有依据', '收费 · basis：收费须有依据'],
  ['materials[id-card].copies: 应为 1: 至少一份', '申请材料 · id-card · 份数：应为 1: 至少一份'],
  ['material.code: 编号重复', 'material.code: 编号重复'],
  ['有文件还没有上传：样本.pdf', '有文件还没有上传：样本.pdf'],
];

it.each(problems)('%s', (problem, text) => {
  expect(problemText(problem, titles, someWords)).toBe(text);
});
