import { createHash } from 'node:crypto';
import type { Context } from 'oidc-provider';

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (c) => escapes[c] ?? c);

const style = `
  body { margin: 0; background: #f3f5f8; color: #1f2733; font: 16px/1.6 system-ui, "Noto Sans CJK SC", sans-serif }
  main { max-width: 22rem; margin: 12vh auto 0; padding: 2rem; background: #fff; border-radius: 8px }
  h1 { margin: 0 0 .25rem; font-size: 1.4rem } p { margin: 0 0 1rem }
  label { display: block; margin-top: 1rem }
  input, button { width: 100%; box-sizing: border-box; padding: .6rem .7rem; font: inherit; border-radius: 4px }
  input { border: 1px solid #8a94a3 } button { margin-top: 1.5rem; border: 0; background: #1556a8; color: #fff }
  button + button { margin-top: .75rem; background: #5b6675 }
  .note { color: #5b6675; font-size: .875rem } .problem { color: #a8071a }`;

const submitScript = "document.getElementById('op.logoutForm').submit()";
const submitHash = createHash('sha256').update(submitScript).digest('base64');
/** Nothing is loaded from elsewhere; the one script is the one that sends a form by itself. */
const pagePolicy = `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${submitHash}'; base-uri 'none'; frame-ancestors 'none'`;

export function sendPage(ctx: Context, status: number, html: string): void {
  ctx.status = status;
  ctx.type = 'html';
  ctx.set('cache-control', 'no-store');
  ctx.set('content-security-policy', pagePolicy);
  ctx.body = html;
}

const page = (title: string, content: string): string => `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body><main>${content}</main></body>
</html>`;

export interface LoginForm {
  readonly realmName: string;
  readonly clientName: string;
  readonly username: string;
  readonly problem?: string;
}

export function loginPage({ realmName, clientName, username, problem }: LoginForm): string {
  const complaint = problem === undefined ? '' : `<p class="problem" role="alert">${escapeHtml(problem)}</p>`;
  return page(
    `登录 - ${realmName}`,
    `<h1>登录</h1><p>${escapeHtml(clientName)}</p>${complaint}
<form method="post" autocomplete="on">
<label for="username">用户名</label>
<input id="username" name="username" value="${escapeHtml(username)}" autocomplete="username" required autofocus>
<label for="password">密码</label>
<input id="password" name="password" type="password" autocomplete="current-password" required>
<button type="submit">登录</button>
</form>
<p class="note">开发环境身份认证，仅含演示账号。</p>`,
  );
}

export const problemPage = (text: string): string =>
  page('无法登录', `<h1>无法登录</h1><p>${escapeHtml(text)}</p><p class="note">请回到原页面重新登录。</p>`);

/** `form` is the library's own form with its secret; the buttons refer to it by id. */
export const logoutPage = (form: string): string =>
  page(
    '退出登录',
    `<h1>退出登录</h1><p>确定要退出吗？</p>${form}
<button type="submit" form="op.logoutForm" name="logout" value="yes" autofocus>退出</button>
<button type="submit" form="op.logoutForm">返回</button>`,
  );

export const loggedOutPage = (): string => page('已退出', '<h1>已退出</h1><p>可以关闭本页面。</p>');

export const submittingPage = (form: string): string =>
  page(
    '正在退出',
    `<h1>正在退出</h1>${form.replace('</form>', '<input type="hidden" name="logout" value="yes"></form>')}
<noscript><button type="submit" form="op.logoutForm">退出</button></noscript>
<script>${submitScript}</script>`,
  );
