import type { Attempts } from './attempts.js';
import type { DemoPerson, Persons } from './persons.js';

export type SignIn =
  | { readonly outcome: 'right'; readonly person: DemoPerson }
  | { readonly outcome: 'wrong' }
  | { readonly outcome: 'locked' };

const maxFieldLength = 256;

/** Checks a password, whichever door it came through; a locked name is not checked at all. */
export async function signIn(
  persons: Persons,
  attempts: Attempts,
  username: string,
  password: string,
): Promise<SignIn> {
  if (username.length > maxFieldLength || password.length > maxFieldLength) return { outcome: 'wrong' };
  if (attempts.isLocked(username)) return { outcome: 'locked' };
  const person = await persons.authenticate(username, password);
  if (person === undefined) {
    attempts.failed(username);
    return { outcome: 'wrong' };
  }
  attempts.succeeded(username);
  return { outcome: 'right', person };
}
