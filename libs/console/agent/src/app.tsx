import { useCallback, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Bars } from './bars.js';
import { AgentContext, useApplication } from './context.js';
import { EditScreen } from './edit.js';
import { ItemScreen, ItemsScreen } from './items.js';
import { ListScreen } from './list.js';
import { MandateScreen } from './mandate.js';
import { usePath } from './router.js';
import { useSending } from './sending.js';
import { AgentSession, type Opened, type Phase } from './session.js';
import { Failed, Locked, SetUp, Welcome } from './start.js';
import { isFull } from './store.js';
import { TakenScreen } from './taken.js';
import { Busy } from './parts.js';

/** The village agent's app, from the PIN to the outbox. */
export function AgentApp() {
  const [session, setSession] = useState<AgentSession>();
  const [phase, setPhase] = useState<Phase>({ at: 'loading' });
  useEffect(() => {
    let isCurrent = true;
    opening()
      .then(({ session: made, phase: first }) => {
        if (!isCurrent) return;
        setSession(made);
        setPhase(first);
      })
      .catch(() => isCurrent && setPhase({ at: 'failed' }));
    return () => {
      isCurrent = false;
    };
  }, []);
  if (phase.at === 'failed') return <Failed />;
  if (phase.at === 'loading' || session === undefined) return <Busy />;
  if (phase.at === 'welcome') return <Welcome session={session} notAgent={phase.notAgent} />;
  if (phase.at === 'setUp') return <SetUp session={session} person={phase.person} enter={setPhase} />;
  if (phase.at === 'locked') return <Locked session={session} phase={phase} enter={setPhase} />;
  return <Work session={session} shelf={phase.shelf} profile={phase.profile} />;
}

let opened: ReturnType<typeof AgentSession.open> | undefined;
/** Once per page: an answer of the login page is good for one reading. */
const opening = (): ReturnType<typeof AgentSession.open> => (opened ??= AgentSession.open());

function Work({ session, shelf, profile }: Opened & { readonly session: AgentSession }) {
  const own = useMemo(() => ({ shelf, profile }), [shelf, profile]);
  const sending = useSending(own, session);
  const [full, setFull] = useState(false);
  const keep = useCallback(async (change: () => Promise<void>) => {
    try {
      await change();
      setFull(false);
      return true;
    } catch (error) {
      if (!isFull(error)) throw error;
      setFull(true);
      return false;
    }
  }, []);
  const agent = useMemo(() => ({ ...own, session, sending, full, keep }), [own, session, sending, full, keep]);
  return (
    <AgentContext value={agent}>
      <Bars />
      <Screen />
    </AgentContext>
  );
}

function Screen() {
  const [first, second, third] = usePath();
  if (first === 'items') return second === undefined ? <ItemsScreen /> : <ItemScreen code={second} />;
  if (first === 'applications' && second !== undefined) return <OneScreen id={second} signing={third === 'mandate'} />;
  return <ListScreen />;
}

function OneScreen({ id, signing }: { readonly id: string; readonly signing: boolean }) {
  const { t } = useTranslation('agent');
  const application = useApplication(id);
  if (application === undefined) return <Busy />;
  if (application === null) return <ListScreen notice={t('taken.delivered')} />;
  if (application.taken !== undefined) return <TakenScreen application={application} taken={application.taken} />;
  return signing ? <MandateScreen application={application} /> : <EditScreen key={id} application={application} />;
}
