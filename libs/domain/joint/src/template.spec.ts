import fc from 'fast-check';
import { templateOf } from './joint.fixture.js';
import { executionOrder, findTemplateProblems, jointTemplateSchema } from './template.js';
import { jointTemplates } from './templates/templates.js';

describe('templates', () => {
  it.each(jointTemplates.map((template) => [template.code, template] as const))('%s is whole', (_, template) => {
    expect(findTemplateProblems(jointTemplateSchema.parse(template))).toEqual([]);
  });

  it('ship the five stages of a construction project and bundles of daily life', () => {
    const stages = jointTemplates.find(({ code }) => code === 'construction-project')?.stages.map(({ name }) => name);
    expect(stages).toEqual(['立项用地规划许可', '工程建设许可', '施工许可', '竣工验收', '并行推进']);
    expect(jointTemplates.map(({ code }) => code)).toEqual(['construction-project', 'open-a-restaurant', 'newborn']);
  });

  const whole = templateOf([
    { code: 'a', kind: 'key' },
    { code: 'b', after: ['a'] },
  ]);
  const branchWith = (change: object) => ({
    ...whole,
    branches: [whole.branches[0]!, { ...whole.branches[1]!, ...change }],
  });
  it.each([
    ['a circle', branchWith({ after: ['b'] }), '前置关系成环'],
    ['a stranger before', branchWith({ after: ['x'] }), '没有前置分支 x'],
    ['a branch twice', { ...whole, branches: [...whole.branches, whole.branches[0]!] }, '分支重复：a'],
    ['an unknown stage', branchWith({ stage: 'x' }), '没有阶段 x'],
    ['an unknown field', branchWith({ form: { where: { from: 'x', required: true } } }), '没有共享字段 x'],
    ['an unknown paper', branchWith({ materials: [{ code: 'm', from: 'x', required: true }] }), '没有共享材料 x'],
    ['no key branch', templateOf([{ code: 'a' }, { code: 'b' }]), '没有关键事项'],
    [
      'what must be done after what may be',
      templateOf([
        { code: 'a', kind: 'optional' },
        { code: 'b', after: ['a'] },
        { code: 'c', kind: 'key' },
      ]),
      '不能以选办事项 a 为前置',
    ],
    [
      'a stage that nobody needs',
      { ...whole, stages: [...whole.stages, { code: 'x', name: 'x', opens: 'onApplication' as const }] },
      '阶段 x 没有分支',
    ],
    [
      'a field that nobody needs',
      { ...whole, fields: { ...whole.fields, x: { type: 'boolean' as const, title: 'x' } } },
      '共享字段 x 没有分支使用',
    ],
  ])('are refused with %s', (_, template, problem) => {
    expect(findTemplateProblems(template).join('；')).toContain(problem);
  });

  it('order branches as a naive walk does: a circle exactly where no order exists', () => {
    const graph = fc.array(fc.array(fc.nat(7), { maxLength: 3 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(graph, (edges) => {
        const branches = edges.map((after, at) => ({
          code: `b${at}`,
          after: [...new Set(after.filter((before) => before < edges.length).map((before) => `b${before}`))],
        }));
        const reaches = (from: string, to: string, depth = branches.length): boolean =>
          depth > 0 &&
          (branches.find(({ code }) => code === from)?.after ?? []).some(
            (before) => before === to || reaches(before, to, depth - 1),
          );
        const circular = branches.some(({ code }) => reaches(code, code));
        const order = executionOrder(branches);
        expect(order === undefined).toBe(circular);
        for (const { code, after } of branches)
          for (const before of after)
            if (order !== undefined) expect(order.indexOf(before)).toBeLessThan(order.indexOf(code));
      }),
    );
  });
});
