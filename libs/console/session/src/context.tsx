import { createContext, useContext, type ReactNode } from 'react';
import type { DivisionNames } from './divisions.js';
import type { Login } from './login.js';
import type { Person } from './person.js';
import type { Settings } from './settings.js';

export interface Session {
  readonly settings: Settings;
  readonly divisions: DivisionNames;
  readonly login: Login;
}

const Context = createContext<Session | undefined>(undefined);

export function SessionProvider({ session, children }: { readonly session: Session; readonly children: ReactNode }) {
  return <Context value={session}>{children}</Context>;
}

/** The logged-in person with the node that the person works for. @throws Error outside of a session */
export function useSession(): Session & { readonly person: Person; readonly node: string } {
  const session = useContext(Context);
  if (session === undefined) throw new Error('no session here');
  const { person } = session.login;
  return { ...session, person, node: person.division ?? session.settings.city };
}
