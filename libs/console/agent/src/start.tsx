import type { Person } from '@tongban/console/session';
import { useState, type FormEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Field, ScreenFrame } from './parts.js';
import { waitMs, type AgentSession, type Phase } from './session.js';
import { pinPattern } from './vault.js';

const minuteMs = 60_000;
const phonePattern = '[0-9+\\-]{7,20}';

function Plain({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <ScreenFrame title={title}>
      <div className="card">{children}</div>
    </ScreenFrame>
  );
}

export function Failed() {
  const { t } = useTranslation('agent');
  return (
    <Plain title={t('start.failed')}>
      <p role="alert">{t(isSecureContext ? 'start.failedHint' : 'start.insecure')}</p>
      <button onClick={() => location.reload()}>{t('retry')}</button>
    </Plain>
  );
}

export function Welcome({ session, notAgent }: { readonly session: AgentSession; readonly notAgent?: string }) {
  const { t } = useTranslation('agent');
  const [failed, setFailed] = useState(false);
  const leave = (): void => {
    setFailed(false);
    const left = notAgent === undefined ? session.firstLogIn() : session.logInAnother();
    left.catch(() => setFailed(true));
  };
  return (
    <Plain title={t('start.welcome')}>
      {notAgent === undefined ? (
        <p>{t('start.welcomeHint')}</p>
      ) : (
        <p role="alert">{t('start.notAgent', { name: notAgent })}</p>
      )}
      {navigator.onLine ? null : <p className="fault">{t('start.offline')}</p>}
      {isSecureContext ? null : <p className="fault">{t('start.insecure')}</p>}
      {failed ? (
        <p className="fault" role="alert">
          {t('start.failedHint')}
        </p>
      ) : null}
      <button className="main" onClick={leave}>
        {t(notAgent === undefined ? 'start.logIn' : 'start.another')}
      </button>
    </Plain>
  );
}

interface PinProps {
  readonly id: string;
  readonly label: string;
  readonly fault?: string;
  readonly isNew?: boolean;
}

function PinField({ id, label, fault, isNew = false }: PinProps) {
  return (
    <Field id={id} label={label} fault={fault}>
      {(field) => (
        <input
          id={field}
          name={id}
          type="password"
          inputMode="numeric"
          autoComplete={isNew ? 'new-password' : 'current-password'}
          pattern="[0-9]{6}"
          maxLength={6}
          required
        />
      )}
    </Field>
  );
}

const textOf = (event: FormEvent<HTMLFormElement>, name: string): string =>
  String(new FormData(event.currentTarget).get(name) ?? '').trim();

interface SetUpProps {
  readonly session: AgentSession;
  readonly person: Person;
  readonly enter: (phase: Phase) => void;
}

export function SetUp({ session, person, enter }: SetUpProps) {
  const { t } = useTranslation('agent');
  const [fault, setFault] = useState<string>();
  const [busy, setBusy] = useState(false);
  const save = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const [pin, again, phone] = ['pin', 'again', 'phone'].map((name) => textOf(event, name));
    if (!pinPattern.test(pin ?? '') || pin !== again) return setFault(t('pin.differ'));
    setBusy(true);
    setFault(undefined);
    session
      .setUp(person, pin ?? '', phone ?? '')
      .then(enter)
      .catch(() => setFault(t('problem.offline')))
      .finally(() => setBusy(false));
  };
  return (
    <Plain title={t('pin.set')}>
      <p>{t('pin.setHint', { name: person.name })}</p>
      <form onSubmit={save}>
        <PinField id="pin" label={t('pin.pin')} isNew />
        <PinField id="again" label={t('pin.again')} isNew fault={fault} />
        <Field id="phone" label={t('pin.phone')}>
          {(id) => <input id={id} name="phone" type="tel" autoComplete="tel" pattern={phonePattern} required />}
        </Field>
        <button className="main" disabled={busy}>
          {t('pin.save')}
        </button>
      </form>
    </Plain>
  );
}

interface LockedProps {
  readonly session: AgentSession;
  readonly phase: Extract<Phase, { at: 'locked' }>;
  readonly enter: (phase: Phase) => void;
}

export function Locked({ session, phase: { persons, loggedIn }, enter }: LockedProps) {
  const { t } = useTranslation('agent');
  const [subject, setSubject] = useState(persons[0]?.subject ?? '');
  const [fault, setFault] = useState<string>();
  const [busy, setBusy] = useState(false);
  const open = async (pin: string) => {
    const phase = await session.unlock(subject, pin);
    if (phase !== undefined) return enter(phase);
    setFault(t('pin.wrong'));
  };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const pin = textOf(event, 'pin');
    const row = persons.find((person) => person.subject === subject);
    const waiting = row === undefined ? 0 : waitMs(row);
    if (waiting > 0) return setFault(t('pin.wait', { minutes: Math.ceil(waiting / minuteMs) }));
    setBusy(true);
    void open(pin).finally(() => setBusy(false));
  };
  return (
    <Plain title={t('pin.unlock')}>
      <form onSubmit={submit}>
        {persons.length < 2 ? (
          <p>{persons[0]?.masked}</p>
        ) : (
          <Field id="who" label={t('pin.who')}>
            {(id) => (
              <select id={id} value={subject} onChange={(event) => setSubject(event.target.value)}>
                {persons.map((person) => (
                  <option key={person.subject} value={person.subject}>
                    {person.masked}
                  </option>
                ))}
              </select>
            )}
          </Field>
        )}
        <PinField id="pin" label={t('pin.pin')} fault={fault} />
        <button className="main" disabled={busy}>
          {t('pin.open')}
        </button>
      </form>
      <button onClick={() => void session.logInAnother()}>{t('start.another')}</button>
      <details>
        <summary>{t('pin.forgotten')}</summary>
        <p>{t('pin.forgottenHint')}</p>
        <button
          className="grave"
          disabled={loggedIn !== subject}
          onClick={() => void session.erase(subject).then(enter)}
        >
          {t('pin.erase')}
        </button>
      </details>
    </Plain>
  );
}
