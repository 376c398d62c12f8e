import type { Words } from './words.js';

const names: Readonly<Record<string, string>> = {
  'necessity.required': '必要',
  'audience.naturalPerson': '自然人',
  'audience.enterprise': '企业法人',
  copies: '份数',
  necessity: '必要性',
  type: '类型',
};

/** A few words, so that tests show what is looked up and what is taken as it is. */
export const someWords: Words = {
  member: (name) => names[name] ?? name,
  code: (name, value) => names[`${name}.${value}`] ?? value,
  truth: (value) => (value ? '是' : '否'),
  pair: (name, value) => `${name}：${value}`,
  join: '；',
  list: '、',
  nth: (count) => `第 ${count} 项`,
};
