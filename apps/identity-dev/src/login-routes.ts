import type Provider from 'oidc-provider';
import { errors, type Context, type Interaction } from 'oidc-provider';
import type { Attempts } from './attempts.js';
import { readForm } from './body.js';
import { loginPage, problemPage, sendPage } from './pages.js';
import type { Persons } from './persons.js';
import type { RealmClient } from './realm.js';
import { signIn } from './sign-in.js';

/** Below the realm's path; followed by the id of the interaction. */
export const loginPath = '/login-actions/authenticate/';

export interface LoginParts {
  readonly persons: Persons;
  readonly attempts: Attempts;
  readonly clientOf: (clientId: string) => RealmClient;
  readonly realmName: string;
}

type Middleware = (ctx: Context, next: () => Promise<void>) => Promise<void>;

/**
 * The login page. The interaction belongs to the browser that began it: its cookie is bound to this path and not sent
 * by other sites' forms.
 */
export function loginRoutes(provider: Provider, parts: LoginParts): Middleware {
  return async (ctx, next) => {
    if (!ctx.path.startsWith(loginPath)) return next();
    let interaction: Interaction;
    try {
      interaction = await provider.interactionDetails(ctx.req, ctx.res);
    } catch (error) {
      if (!(error instanceof errors.SessionNotFound)) throw error;
      return sendPage(ctx, 400, problemPage('登录请求已过期或不是由本浏览器发起。'));
    }
    if (interaction.uid !== ctx.path.slice(loginPath.length)) {
      return sendPage(ctx, 400, problemPage('登录请求与页面不符。'));
    }
    if (ctx.method === 'POST') return submit(provider, ctx, interaction, parts);
    return ctx.method === 'GET'
      ? show(ctx, 200, interaction, parts, '')
      : sendPage(ctx, 405, problemPage('不支持的请求。'));
  };
}

function show(
  ctx: Context,
  status: number,
  { params }: Interaction,
  { clientOf, realmName }: LoginParts,
  username: string,
  problem?: string,
): void {
  const client = clientOf(String(params['client_id']));
  const form = { realmName, clientName: client.name ?? client.clientId, username };
  sendPage(ctx, status, loginPage(problem === undefined ? form : { ...form, problem }));
}

async function submit(provider: Provider, ctx: Context, interaction: Interaction, parts: LoginParts): Promise<void> {
  const form = await readForm(ctx.req);
  const username = form?.get('username') ?? '';
  const signedIn = await signIn(parts.persons, parts.attempts, username, form?.get('password') ?? '');
  if (signedIn.outcome !== 'right') {
    // A locked name gets the same words, as in Keycloak: whoever guesses learns nothing.
    return show(ctx, 401, interaction, parts, username, '用户名或密码不正确。');
  }
  const login = { accountId: signedIn.person.subject, amr: ['pwd'] };
  const returnTo = await provider.interactionResult(ctx.req, ctx.res, { login }, { mergeWithLastSubmission: false });
  ctx.status = 303;
  ctx.redirect(returnTo);
}
