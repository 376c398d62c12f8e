import type { Login, Settings } from '@tongban/console/session';

/** Marks a tab whose person has logged in: after a reload the identity provider is asked again without a question. */
const markKey = 'tongban.resident';

let login: Promise<Login> | undefined;

/** The identity provider has just sent the browser back, or this tab's person was logged in before. */
export const isExpected = (): boolean =>
  login !== undefined || /[#&]state=/.test(location.hash) || sessionStorage.getItem(markKey) !== null;

/** Logs the resident in once a page; the browser leaves for the login page when that is needed. */
export function loggedIn(settings: Settings, home: string): Promise<Login> {
  login ??= import('./login-code.js').then(({ logIn }) => logIn(settings, home));
  return login.then(
    (done) => {
      sessionStorage.setItem(markKey, '1');
      return done;
    },
    (error: unknown) => {
      login = undefined;
      throw error;
    },
  );
}

export async function logOut(): Promise<void> {
  sessionStorage.removeItem(markKey);
  await (await login)?.logOut();
}

/** A token of whoever has logged in; visitors have none. */
export const residentToken = async (): Promise<string | undefined> => (await login)?.token();
