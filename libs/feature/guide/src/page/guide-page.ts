import type { Guide } from '../http/schemas.js';
import { Markup, markup } from '@tongban/platform/document';
import { pageStyle } from './style.js';

const dash = '—';
const nothing = markup``;

const row = (title: string, text: string | undefined): Markup =>
  text === undefined ? nothing : markup`<tr><th scope="row">${title}</th><td>${text}</td></tr>\n`;

const table = (titles: readonly string[], rows: readonly Markup[]): Markup =>
  markup`<table><thead><tr>${titles.map((title) => markup`<th scope="col">${title}</th>`)}</tr></thead><tbody>
${rows}</tbody></table>`;

const cells = (...texts: readonly (string | number)[]): Markup =>
  markup`<tr>${texts.map((text) => markup`<td>${text}</td>`)}</tr>\n`;

const facts = (rows: readonly Markup[]): Markup => markup`<table class="facts"><tbody>\n${rows}</tbody></table>`;

function factsOf(guide: Guide): Markup {
  const { result } = guide;
  const validity = result.validityYears === undefined ? '' : `（有效期 ${result.validityYears} 年）`;
  return facts([
    row('基本编码', guide.code),
    row('事项类型', guide.typeName),
    row('行使层级', guide.levelName),
    row('主办部门', guide.departmentName),
    row('联办机构', guide.jointDepartmentNames?.join('、')),
    row('服务对象', guide.audienceNames.join('、')),
    row('服务主题', guide.themeNames.join('、')),
    row('办件类型', guide.regimeName),
    row('收件地点', guide.intake?.placeName),
    row('本人到场', guide.presenceRequired ? '须申请人本人到场' : '不须本人到场'),
    row('到现场次数', guide.visits === undefined ? undefined : `${guide.visits} 次`),
    row('办理结果', result.kind === 'none' ? '无' : `${result.name}${validity}`),
  ]);
}

const basisOf = ({ disclosures }: Guide): Markup =>
  markup`<ol>${disclosures.legalBasis.map(({ statute, article, year }) => {
    const edition = year === undefined ? '' : `（${year} 年）`;
    return markup`<li>《${statute}》${edition}${article}</li>`;
  })}</ol>`;

function materialsOf({ disclosures }: Guide): Markup {
  const { materials } = disclosures;
  if (materials.length === 0) return markup`<p>无须提交材料</p>`;
  const rows = materials.map(({ name, necessityName, sourceName, formName, copies, note }, index) =>
    cells(
      index + 1,
      name,
      necessityName,
      sourceName,
      copies === 0 ? formName : `${formName} ${copies} 份`,
      note ?? dash,
    ),
  );
  return table(['序号', '材料名称', '必要性', '来源', '形式和份数', '说明'], rows);
}

function procedureOf({ disclosures }: Guide): Markup {
  const rows = disclosures.procedure.map(({ name, placeName, days }, index) =>
    cells(index + 1, name, placeName ?? dash, days === 0 ? '即时' : `${days} 个工作日`),
  );
  return table(['序号', '环节', '承办地点', '时限'], rows);
}

const fenPerYuan = 100;

function feeOf({ disclosures: { fee } }: Guide): Markup {
  const projects = fee.projects.map(({ name, standard, basis, amountFen, unit }) =>
    cells(name, standard, amountFen === undefined ? dash : `${amountFen / fenPerYuan} 元／${unit ?? '件'}`, basis),
  );
  const heads = ['收费项目', '收费标准', '金额', '收费依据'];
  const listed = projects.length === 0 ? nothing : table(heads, projects);
  return markup`<p>${fee.text}</p>\n${listed}`;
}

function placesOf({ places, consultPhone, complaintPhone }: Guide): Markup {
  const rows = places.map(({ name, window: counter, address, hours, phone }) =>
    cells(counter === undefined ? name : `${name} ${counter}`, address, hours, phone ?? dash),
  );
  const listed = rows.length === 0 ? nothing : table(['办理地点', '地址', '时间', '电话'], rows);
  if (rows.length === 0 && consultPhone === undefined && complaintPhone === undefined) return nothing;
  const phones = facts([row('咨询电话', consultPhone), row('投诉电话', complaintPhone)]);
  return markup`<h2>办理地点、咨询和监督投诉</h2>\n${listed}\n${phones}`;
}

const questionsOf = ({ questions }: Guide): Markup =>
  questions.length === 0
    ? nothing
    : markup`<h2>常见问题</h2>
<dl>${questions.map(({ question, answer }) => markup`<dt>${question}</dt><dd>${answer}</dd>`)}</dl>`;

/**
 * The guide as a page of its own: zh-CN, without scripts or anything to be loaded, fit to be printed on A4.
 *
 * @param on the day for which it holds, `YYYY-MM-DD`
 */
export function guidePage(guide: Guide, placeName: string, on: string): string {
  const { disclosures } = guide;
  const until = guide.validTo === undefined ? '' : `至 ${guide.validTo} `;
  return markup`<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${disclosures.name} 办事指南（${placeName}）</title>
<style>${new Markup(pageStyle)}</style>
</head>
<body>
<main>
<h1>${disclosures.name}</h1>
<p class="under">办事指南　${placeName}</p>
<p>${guide.description}</p>
${factsOf(guide)}
<h2>一、项目名称</h2>
<p>${disclosures.name}</p>
<h2>二、办事依据</h2>
${basisOf(guide)}
<h2>三、申报条件</h2>
<ol>${disclosures.conditions.map((condition) => markup`<li>${condition}</li>`)}</ol>
<h2>四、申报材料</h2>
${materialsOf(guide)}
<h2>五、办理程序</h2>
${procedureOf(guide)}
<h2>六、承诺时限</h2>
<p>${disclosures.time.text}</p>
<h2>七、收费标准</h2>
${feeOf(guide)}
${placesOf(guide)}
${questionsOf(guide)}
</main>
<footer>第 ${guide.version} 版，自 ${guide.validFrom} 起${until}有效；本页内容截至 ${on}。</footer>
</body>
</html>
`.text;
}
