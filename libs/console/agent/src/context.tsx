import { createContext, useContext, useEffect, useState } from 'react';
import type { Application } from './outbox.js';
import type { AgentSession, Opened } from './session.js';
import type { Sending } from './sending.js';

export interface Agent extends Opened {
  readonly session: AgentSession;
  readonly sending: Sending;
  /** What a failed write showed: the phone has no room. */
  readonly full: boolean;
  /** Runs a change of what is on the phone; false when there was no room, which the bar then says. */
  readonly keep: (change: () => Promise<void>) => Promise<boolean>;
}

export const AgentContext = createContext<Agent | undefined>(undefined);

/** @throws Error outside of an unlocked session */
export function useAgent(): Agent {
  const agent = useContext(AgentContext);
  if (agent === undefined) throw new Error('nobody has unlocked the app');
  return agent;
}

/** The person's applications, newest first, as they are now; undefined until they are read. */
export function useApplications(): readonly Application[] | undefined {
  const { shelf } = useAgent();
  const [list, setList] = useState<readonly Application[]>();
  useEffect(() => {
    let isCurrent = true;
    const stop = shelf.watch(() => {
      void shelf.list().then((read) => isCurrent && setList(read));
    });
    return () => {
      isCurrent = false;
      stop();
    };
  }, [shelf]);
  return list;
}

/** One of them; null when there is none. */
export function useApplication(id: string): Application | null | undefined {
  const list = useApplications();
  return list === undefined ? undefined : (list.find((one) => one.id === id) ?? null);
}
