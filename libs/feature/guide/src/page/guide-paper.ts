import { startOfLocalDate } from '@tongban/domain/calendar';
import type { Block, Paper } from '@tongban/platform/document';
import type { Guide } from '../http/schemas.js';

const dash = '—';

const fields = (rows: readonly (readonly [string, string | undefined])[]): Block => ({
  kind: 'fields',
  rows: rows.flatMap(([label, value]) => (value === undefined ? [] : [{ label, value }])),
});

function factsOf(guide: Guide): Block {
  const { result } = guide;
  const validity = result.validityYears === undefined ? '' : `（有效期 ${result.validityYears} 年）`;
  return fields([
    ['基本编码', guide.code],
    ['事项类型', guide.typeName],
    ['行使层级', guide.levelName],
    ['主办部门', guide.departmentName],
    ['联办机构', guide.jointDepartmentNames?.join('、')],
    ['服务对象', guide.audienceNames.join('、')],
    ['办件类型', guide.regimeName],
    ['收件地点', guide.intake?.placeName],
    ['本人到场', guide.presenceRequired ? '须申请人本人到场' : '不须本人到场'],
    ['到现场次数', guide.visits === undefined ? undefined : `${guide.visits} 次`],
    ['办理结果', result.kind === 'none' ? '无' : `${result.name}${validity}`],
  ]);
}

function materialsOf({ disclosures: { materials } }: Guide): Block {
  if (materials.length === 0) return { kind: 'paragraph', text: '无须提交材料' };
  const rows = materials.map(({ name, necessityName, sourceName, formName, copies, note }, index) => [
    ...[String(index + 1), name, necessityName, sourceName],
    copies === 0 ? formName : `${formName} ${copies} 份`,
    note ?? dash,
  ]);
  const columns = [
    { title: '序号', share: 1.1 },
    { title: '材料名称', share: 4 },
    { title: '必要性', share: 1.7 },
    { title: '来源', share: 2.2 },
    { title: '形式和份数', share: 2.2 },
    { title: '说明', share: 3 },
  ];
  return { kind: 'table', columns, rows };
}

function procedureOf({ disclosures: { procedure } }: Guide): Block {
  const rows = procedure.map(({ name, placeName, days }, index) => [
    ...[String(index + 1), name, placeName ?? dash],
    days === 0 ? '即时' : `${days} 个工作日`,
  ]);
  const columns = [
    { title: '序号', share: 1 },
    { title: '环节', share: 4 },
    { title: '承办地点', share: 4 },
    { title: '时限', share: 2.5 },
  ];
  return { kind: 'table', columns, rows };
}

function feesOf({ disclosures: { fee } }: Guide): Block[] {
  const text: Block = { kind: 'paragraph', text: fee.text };
  if (fee.projects.length === 0) return [text];
  const columns = [
    { title: '收费项目', share: 3 },
    { title: '收费标准', share: 4 },
    { title: '收费依据', share: 4 },
  ];
  return [
    text,
    { kind: 'table', columns, rows: fee.projects.map(({ name, standard, basis }) => [name, standard, basis]) },
  ];
}

function placesOf({ places, consultPhone, complaintPhone }: Guide): Block[] {
  if (places.length === 0 && consultPhone === undefined && complaintPhone === undefined) return [];
  const rows = places.map(({ name, window: counter, address, hours, phone }) => [
    ...[counter === undefined ? name : `${name} ${counter}`, address, hours, phone ?? dash],
  ]);
  const columns = [
    { title: '办理地点', share: 3 },
    { title: '地址', share: 4 },
    { title: '时间', share: 3 },
    { title: '电话', share: 2.4 },
  ];
  return [
    { kind: 'heading', text: '办理地点、咨询和监督投诉' },
    ...(rows.length === 0 ? [] : [{ kind: 'table' as const, columns, rows }]),
    fields([
      ['咨询电话', consultPhone],
      ['投诉电话', complaintPhone],
    ]),
  ];
}

const questionsOf = ({ questions }: Guide): Block[] =>
  questions.length === 0
    ? []
    : [
        { kind: 'heading', text: '常见问题' },
        ...questions.flatMap(({ question, answer }): Block[] => [
          { kind: 'paragraph', text: `问：${question}` },
          { kind: 'paragraph', text: `答：${answer}` },
        ]),
      ];

const numbered = (items: readonly string[]): Block =>
  items.length === 0 ? { kind: 'paragraph', text: '无' } : { kind: 'list', items };

/**
 * The guide as a paper, with the seven disclosures in the order in which they are posted.
 *
 * @param on the day for which it holds, `YYYY-MM-DD`
 */
export function guidePaper(guide: Guide, placeName: string, on: string): Paper {
  const { disclosures } = guide;
  const until = guide.validTo === undefined ? '' : `至 ${guide.validTo} `;
  const heading = (text: string): Block => ({ kind: 'heading', text });
  return {
    title: `${disclosures.name} 办事指南（${placeName}）`,
    author: guide.departmentName,
    createdAt: startOfLocalDate(on),
    footer: `${disclosures.name}　办事指南`,
    blocks: [
      { kind: 'title', over: `${placeName}　办事指南`, text: disclosures.name },
      { kind: 'paragraph', text: guide.description },
      factsOf(guide),
      heading('一、项目名称'),
      { kind: 'paragraph', text: disclosures.name },
      heading('二、办事依据'),
      numbered(
        disclosures.legalBasis.map(({ statute, article, year }) => {
          const edition = year === undefined ? '' : `（${year} 年）`;
          return `《${statute}》${edition}${article}`;
        }),
      ),
      heading('三、申报条件'),
      numbered(disclosures.conditions),
      heading('四、申报材料'),
      materialsOf(guide),
      heading('五、办理程序'),
      procedureOf(guide),
      heading('六、承诺时限'),
      { kind: 'paragraph', text: disclosures.time.text },
      heading('七、收费标准'),
      ...feesOf(guide),
      ...placesOf(guide),
      ...questionsOf(guide),
      { kind: 'note', text: `第 ${guide.version} 版，自 ${guide.validFrom} 起${until}有效；本指南内容截至 ${on}。` },
    ],
  };
}
