import { useCallback, useEffect, useRef, useState } from 'react';
import { nextStep } from './outbox.js';
import { lookAgain, reach } from './reach.js';
import { sendOne, type Sent } from './sender.js';
import type { AgentSession, Opened } from './session.js';
import { villageAt } from './village.js';
import { villageNow } from './village-clock.js';

const lockName = 'tongban-agent-sending';
/** While the app is open it tries by itself this often; a change of the network wakes it at once. */
const roundMs = 20_000;

export interface Sending {
  readonly busy: boolean;
  readonly needsLogin: boolean;
  /** The last round broke off for a reason that is neither the network nor the village's. */
  readonly failed: boolean;
  /** Share of a file that the village holds, by the file's id, 0 to 1. */
  readonly shares: ReadonlyMap<string, number>;
  readonly sendNow: () => void;
}

/** Sends what is ready and asks after what is on its way; in one tab at a time. */
async function sendAll(
  { shelf, profile }: Opened,
  progress: (file: string, held: number, size: number) => void,
): Promise<Sent> {
  const options = {
    ...{ village: villageAt(profile.node), outbox: shelf, now: villageNow, progress },
    agent: { name: profile.name, phone: profile.phone },
  };
  for (const application of await shelf.list()) {
    if (nextStep(application).do === 'rest') continue;
    const sent = await sendOne(application.id, options);
    if (sent !== 'done') return sent;
  }
  return 'done';
}

/** Of two tabs one sends; a browser without locks sends in both, which the keys of the commands make harmless. */
const alone = async (work: () => Promise<void>): Promise<void> => {
  if (navigator.locks === undefined) return work();
  await navigator.locks.request(lockName, { ifAvailable: true }, (lock) => (lock === null ? undefined : work()));
};

export function useSending(opened: Opened, session: AgentSession): Sending {
  const [busy, setBusy] = useState(false);
  const [needsLogin, setNeedsLogin] = useState(false);
  const [failed, setFailed] = useState(false);
  const [shares, setShares] = useState<ReadonlyMap<string, number>>(new Map());
  const running = useRef(false);
  // Confirmed while a round was under way: what the round has passed already is sent by the next one, at once.
  const wanted = useRef(false);
  const round = useCallback(async (): Promise<void> => {
    if (running.current || !navigator.onLine) return;
    running.current = true;
    wanted.current = false;
    try {
      // There may be nothing to send, so that nothing else would tell.
      if (reach() !== 'online' && (await lookAgain()) !== 'online') return;
      setBusy(true);
      await alone(async () => {
        if ((await session.token()) === undefined) {
          // Perhaps there was only no line to renew it on: where the village answers it is asked for once more.
          const isAnswered = (await lookAgain()) === 'online';
          if (!isAnswered || (await session.token()) === undefined) return setNeedsLogin(isAnswered);
        }
        const note = (file: string, held: number, size: number): void =>
          setShares((known) => new Map(known).set(file, held / size));
        setNeedsLogin((await sendAll(opened, note)) === 'login');
      });
      setFailed(false);
    } catch {
      // A full phone, or a fault of ours: what is on the phone is as it was, and the bar says that nothing moved.
      setFailed(true);
    } finally {
      running.current = false;
      setBusy(false);
    }
    if (wanted.current) return round();
  }, [opened, session]);
  useEffect(() => {
    const wake = (): void => void round();
    const timer = setInterval(wake, roundMs);
    addEventListener('online', wake);
    wake();
    return () => {
      clearInterval(timer);
      removeEventListener('online', wake);
    };
  }, [round]);
  const sendNow = (): void => {
    wanted.current = true;
    void round();
  };
  return { busy, needsLogin, failed, shares, sendNow };
}
