import { Markup, markup } from '@tongban/platform/document';
import { pageStyle } from './style.js';

/** An agent as posted, with what the items of this day are called. */
export interface PostedAgent {
  readonly name: string;
  readonly phone: string;
  readonly placeName: string;
  readonly place: string;
  readonly hours: string;
  readonly procedure?: string | undefined;
  readonly items: readonly { readonly code: string; readonly name: string }[];
}

const sectionOf = ({ name, phone, placeName, place, hours, procedure, items }: PostedAgent): Markup => markup`<section>
<h2>${placeName}　${name}</h2>
<table class="facts"><tbody>
<tr><th scope="row">代办人员</th><td>${name}</td></tr>
<tr><th scope="row">联系电话</th><td>${phone}</td></tr>
<tr><th scope="row">代办地点</th><td>${place}（${hours}）</td></tr>
<tr><th scope="row">代办事项</th><td><ol>${items.map(
  ({ code, name: item }) => markup`<li><a href="../guide/${code}/page">${item}</a></li>\n`,
)}</ol></td></tr>
${procedure === undefined ? markup`` : markup`<tr><th scope="row">代办流程</th><td>${procedure}</td></tr>\n`}</tbody></table>
</section>
`;

/**
 * 代办员公示 (四公开: who, where, under which number, for what) as a page of its own: zh-CN, without scripts or anything to
 * be loaded, fit to be put up at the station.
 *
 * @param on the day for which it holds, `YYYY-MM-DD`
 */
export function agentsPage(agents: readonly PostedAgent[], placeName: string, on: string): string {
  return markup`<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>代办员公示（${placeName}）</title>
<style>${new Markup(pageStyle)}</style>
</head>
<body>
<main>
<h1>代办员公示</h1>
<p class="under">${placeName}</p>
${agents.length === 0 ? markup`<p>本地尚未公布代办员，请直接到就近的便民服务中心办理。</p>` : agents.map(sectionOf)}
</main>
<footer>本页内容截至 ${on}。</footer>
</body>
</html>
`.text;
}
