import { newKey, type shapes } from '@tongban/console/api';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAgent } from './context.js';
import { Files } from './files.js';
import { identityPattern, ItemFields, missingIn } from './fields.js';
import { isIdentityNumber } from './identity-number.js';
import { useHeldItem } from './items.js';
import { edited, next, places, type Application } from './outbox.js';
import { Busy, Field, Link, ScreenFrame } from './parts.js';
import { go } from './router.js';
import { itemChanged } from './sender.js';

/** An application on the phone: filled in as it is typed, each change kept at once. */
export function EditScreen({ application }: { readonly application: Application }) {
  const { t } = useTranslation('agent');
  const item = useHeldItem(application.item.code);
  if (item === undefined) return <Busy />;
  const { state } = application;
  return (
    <ScreenFrame title={application.item.name} back="">
      <p>
        {state === 'gone' ? null : <span className={`tag ${places[state]}`}>{t(`place.${places[state]}`)}</span>}{' '}
        <span className="quiet">{t(`state.${state}`)}</span>
      </p>
      <Refusal application={application} item={item} />
      {item === null ? (
        <p className="fault">{t('form.newVersionMissing')}</p>
      ) : (
        <Parts application={application} item={item} />
      )}
    </ScreenFrame>
  );
}

function Refusal({ application, item }: { readonly application: Application; readonly item: shapes.Item | null }) {
  const { t } = useTranslation('agent');
  const { shelf, keep } = useAgent();
  const { id, refusal, state } = application;
  if (refusal === undefined || state === 'sending' || state === 'ready') return null;
  if (refusal.code === 'agent.file-lost')
    return <p className="bar grave">{t('form.fileLost', { name: refusal.text })}</p>;
  if (refusal.code !== itemChanged) {
    return (
      <p className="bar grave" role="alert">
        {refusal.text}
      </p>
    );
  }
  const held = item !== null && String(item.version) === refusal.text;
  const adopt = () =>
    keep(() =>
      shelf.change(id, (now) => ({
        ...edited(now, { item: { ...now.item, version: item!.version, name: item!.name } }, newKey),
        refusal: undefined,
      })),
    );
  return (
    <div className="bar grave" role="alert">
      <p>{t('form.newVersion', { version: refusal.text })}</p>
      {held ? <button onClick={() => void adopt()}>{t('form.adopt')}</button> : <p>{t('form.newVersionMissing')}</p>}
    </div>
  );
}

interface PartsProps {
  readonly application: Application;
  readonly item: shapes.Item;
}

function Parts({ application, item }: PartsProps) {
  const { t } = useTranslation('agent');
  const { shelf, keep, sending } = useAgent();
  const { id, state, mandate } = application;
  const form = useRef<HTMLFormElement>(null);
  const [missing, setMissing] = useState<readonly string[]>([]);
  const open = next(state, 'edit') !== undefined;
  const change = (part: Parameters<typeof edited>[1]) =>
    keep(() => shelf.change(id, (now) => edited(now, part, newKey)));
  const confirm = async () => {
    const now = await shelf.find(id);
    if (now === undefined || form.current?.reportValidity() === false) return;
    const lacks = missingIn(now, item);
    setMissing(lacks.map((lack) => (lack === 'mandate' ? t('form.mandate') : lack)));
    if (lacks.length > 0 || !isIdentityNumber(now.applicant.identityNumber)) return;
    const confirmed = await keep(() =>
      shelf.change(id, (kept) => ({ ...kept, state: next(kept.state, 'confirm') ?? kept.state, refusal: undefined })),
    );
    if (!confirmed) return;
    sending.sendNow();
    go('');
  };
  return (
    <>
      <form ref={form} onSubmit={(event) => event.preventDefault()}>
        <fieldset disabled={!open} className="plain">
          <ApplicantFields application={application} change={change} />
          <ItemFields item={item} values={application.form} change={(values) => void change({ form: values })} />
        </fieldset>
      </form>
      <Files id={id} files={application.files} materials={item.materials} open={open} put={withFiles} />
      <section className="card">
        <h2>{t('form.mandate')}</h2>
        <p>{mandate === undefined ? t('form.unsigned') : t('form.signed', { days: mandate.days })}</p>
        {open ? (
          <Link to={`applications/${id}/mandate`} className="button">
            {t(mandate === undefined ? 'form.sign' : 'form.signAgain')}
          </Link>
        ) : null}
      </section>
      {missing.length === 0 ? null : (
        <p className="fault" role="alert">
          {t('form.missing', { what: missing.join('、') })}
        </p>
      )}
      {open ? (
        <button className="main" onClick={() => void confirm()}>
          {t('form.submit')}
        </button>
      ) : null}
      <Discard application={application} />
    </>
  );
}

const withFiles: Parameters<typeof Files>[0]['put'] = (now, change) => ({
  ...now,
  state: next(now.state, 'edit') ?? now.state,
  files: change(now.files),
});

interface ApplicantProps {
  readonly application: Application;
  readonly change: (part: Pick<Application, 'applicant'>) => unknown;
}

const applicantFields = ['name', 'identityNumber', 'phone', 'address'] as const;
const limits = { name: 200, identityNumber: 18, phone: 32, address: 500 } as const;

/** Who applies; what is typed is shown at once and kept when it has been written. */
function ApplicantFields({ application, change }: ApplicantProps) {
  const { t } = useTranslation('agent');
  const [own, setOwn] = useState(application.applicant);
  const set = (name: keyof typeof own, text: string) => {
    const value = name === 'identityNumber' ? text.toUpperCase().replaceAll(/\s/g, '') : text;
    const applicant = { ...own, [name]: value };
    setOwn(applicant);
    change({ applicant });
  };
  const badNumber = own.identityNumber.length === limits.identityNumber && !isIdentityNumber(own.identityNumber);
  return (
    <section className="card">
      <h2>{t('form.applicant')}</h2>
      {applicantFields.map((name) => (
        <Field
          key={name}
          id={`applicant-${name}`}
          label={t(`form.${name}`)}
          fault={name === 'identityNumber' && badNumber ? t('form.badIdentity') : undefined}
        >
          {(id) => (
            <input
              id={id}
              value={own[name]}
              autoComplete="off"
              maxLength={limits[name]}
              required={name !== 'address'}
              {...(name === 'phone' ? { type: 'tel' } : {})}
              {...(name === 'identityNumber' ? { pattern: identityPattern } : {})}
              onChange={(event) => set(name, event.target.value)}
            />
          )}
        </Field>
      ))}
    </section>
  );
}

function Discard({ application: { id, state } }: { readonly application: Application }) {
  const { t } = useTranslation('agent');
  const { shelf, keep } = useAgent();
  const [asked, setAsked] = useState(false);
  if (next(state, 'discard') === undefined) return null;
  const discard = async () => {
    if (await keep(() => shelf.change(id, (now) => ({ ...now, state: next(now.state, 'discard') ?? now.state }))))
      go('');
  };
  if (!asked) return <button onClick={() => setAsked(true)}>{t('form.discard')}</button>;
  return (
    <div className="card" role="alertdialog" aria-label={t('form.discard')}>
      <p>{t('form.discardHint')}</p>
      <button className="grave" onClick={() => void discard()}>
        {t('form.discard')}
      </button>
      <button onClick={() => setAsked(false)}>{t('cancel')}</button>
    </div>
  );
}
