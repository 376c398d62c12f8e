import type { Progress } from '@tongban/domain/casework';
import { spokenDate, spokenTime } from '@tongban/domain/document';
import type { Instant } from '@tongban/kernel';
import { Markup, markup } from '@tongban/platform/document';
import { validities, type VerifiedCertificate } from '../usecase/verify-certificate.js';
import { pageStyle } from './style.js';

const nothing = markup``;

const page = (title: string, body: Markup, head = nothing): string =>
  markup`<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
${head}<title>${title}</title>
<style>${new Markup(pageStyle)}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${body}
</main>
</body>
</html>
`.text;

interface Form {
  readonly title: string;
  readonly action: string;
  readonly numberLabel: string;
  readonly codeLabel: string;
  readonly help: string;
  readonly problem: string | undefined;
}

function form({ title, action, numberLabel, codeLabel, help, problem }: Form): string {
  const warning =
    problem === undefined
      ? nothing
      : markup`<div class="state warning" role="alert"><strong>没有查到</strong>${problem}</div>`;
  return page(
    title,
    markup`${warning}
<form method="get" action="${action}">
<label for="number">${numberLabel}</label>
<input id="number" name="number" required maxlength="64" autocomplete="off">
<label for="code">${codeLabel}</label>
<input id="code" name="code" required maxlength="16" autocomplete="off">
<button type="submit">查询</button>
</form>
<footer>${help}</footer>`,
  );
}

/** The address is absolute: the form is shown at several. */
export const progressForm = (problem?: string): string =>
  form({
    ...{ title: '办件进度查询', action: '/v1/progress', problem },
    ...{ numberLabel: '办件编号', codeLabel: '查询码（6 位数字）' },
    help: '办件编号和查询码印在收件凭证上。忘记查询码的，请凭有效身份证件到收件单位查询。',
  });

export const verificationForm = (problem?: string): string =>
  form({
    ...{ title: '证照核验', action: '/v1/verify', problem },
    ...{ numberLabel: '证照（批文）编号', codeLabel: '核验码（8 位）' },
    help: '编号和核验码印在证照登记页的二维码旁。',
  });

/** The newest state first, in words; then what happened, day by day. */
export function progressPage({ number, itemName, status, text, steps }: Progress, at: Instant): string {
  const days = steps.map(
    ({ name, date }) => markup`<li><time datetime="${date}">${spokenDate(date)}</time>${name}</li>\n`,
  );
  return page(
    '办件进度',
    markup`<dl>
<dt>事项</dt><dd>${itemName}</dd>
<dt>办件编号</dt><dd>${number}</dd>
</dl>
<div class="state"><strong>${status}</strong>${text}</div>
<ol>
${days}</ol>
<footer>查询时间：${spokenTime(at)}。本页不含个人信息<span class="screen">；可以打印留存</span>。</footer>`,
  );
}

export function verificationPage(found: VerifiedCertificate, at: Instant): string {
  const { certificateNumber, name, itemName, issuer, validFrom, validTo, validity, holder } = found;
  const isGood = validity === 'valid';
  const until = validTo === null ? '长期有效' : `至${spokenDate(validTo)}止`;
  return page(
    '证照核验结果',
    markup`<div class="${isGood ? 'state' : 'state warning'}"><strong>${validities[validity]}</strong>编号和核验码与登记一致。</div>
<dl>
<dt>证照名称</dt><dd>${name}</dd>
<dt>编号</dt><dd>${certificateNumber}</dd>
<dt>持证人</dt><dd>${holder ?? '请到发证机关核对'}</dd>
<dt>事项</dt><dd>${itemName}</dd>
<dt>发证机关</dt><dd>${issuer}</dd>
<dt>有效期</dt><dd>${spokenDate(validFrom)}起${until}</dd>
</dl>
<footer>核验时间：${spokenTime(at)}。请核对持证人姓名与证照上的是否一致。</footer>`,
  );
}

/** Leads a form's answer to the address by which guesses are counted, also where nothing may be run. */
export const onwardPage = (address: string): string =>
  page(
    '正在查询',
    markup`<p><a href="${address}">查看结果</a></p>`,
    markup`<meta http-equiv="refresh" content="0; url=${address}">\n`,
  );
