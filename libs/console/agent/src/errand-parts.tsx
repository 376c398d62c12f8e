import { newKey } from '@tongban/console/api';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useAgent } from './context.js';
import { confirmed, errandTable, handOverTo, supplementWith, type Errand, type Supplement } from './errand.js';
import { Files, type AskedMaterial } from './files.js';
import { useHeldItem } from './items.js';
import type { Sight } from './facts.js';
import type { Application } from './outbox.js';
import { Field } from './parts.js';
import { villageNow } from './village-clock.js';

/** Where it stands, and why it was not taken. */
function Standing({ errand }: { readonly errand: Errand | undefined }) {
  const { t } = useTranslation('agent');
  if (errand === undefined) return null;
  return (
    <>
      <p role="status">{t(`${errand.kind}.${errand.state}`)}</p>
      {errand.state === 'refused' && errand.refusal !== undefined ? (
        <p className="fault" role="alert">
          {errand.refusal.text}
        </p>
      ) : null}
    </>
  );
}

const isOpen = (errand: Errand | undefined): boolean =>
  errand === undefined || errandTable[errand.state].edit !== undefined;

interface SupplementProps {
  readonly application: Application;
  readonly notice: NonNullable<Sight['notice']>;
}

/** The papers that a notice asks for, taken here with or without a network, and sent as the application was. */
export function SupplementPart({ application: { id, item, errand }, notice }: SupplementProps) {
  const { t } = useTranslation('agent');
  const { shelf, keep, sending } = useAgent();
  const held = useHeldItem(item.code);
  const [tried, setTried] = useState(false);
  const own: Supplement | undefined = errand?.kind === 'supplement' ? errand : undefined;
  const files = own?.files ?? [];
  const open = isOpen(own);
  const materials: AskedMaterial[] = notice.materials.map((code) => ({
    ...(held?.materials.find((one) => one.code === code) ?? { code, name: code }),
    necessity: 'required',
  }));
  const lacks = materials.filter(({ code }) => !files.some(({ material }) => material === code));
  const send = async () => {
    setTried(true);
    if (lacks.length > 0) return;
    const change = (now: Application): Application =>
      now.errand?.kind === 'supplement' ? { ...now, errand: confirmed(now.errand, newKey) } : now;
    if (await keep(() => shelf.change(id, change))) sending.sendNow();
  };
  return (
    <>
      <section className="card">
        <h2>{t('supplement.title')}</h2>
        <p>{t('supplement.hint', { number: notice.number })}</p>
        <Standing errand={own} />
      </section>
      {own?.state === 'taken' ? null : (
        <Files
          {...{ id, files, materials, open }}
          put={(now, change) => ({ ...now, errand: supplementWith(now.errand, notice.number, change, newKey) })}
        />
      )}
      {tried && lacks.length > 0 ? (
        <p className="fault" role="alert">
          {t('form.missing', { what: lacks.map(({ name }) => name).join('、') })}
        </p>
      ) : null}
      {open && own?.state !== 'ready' ? (
        <button className="main" onClick={() => void send()}>
          {t('supplement.send')}
        </button>
      ) : null}
    </>
  );
}

/** The result is with the person: recorded here, with or without a network, and sent to the village. */
export function HandOverPart({ application: { id, applicant, errand } }: { readonly application: Application }) {
  const { t } = useTranslation('agent');
  const { shelf, keep, sending } = useAgent();
  const own = errand?.kind === 'handOver' ? errand : undefined;
  const confirm = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const recipient = String(new FormData(event.currentTarget).get('recipient') ?? '').trim();
    const at = villageNow();
    const change = (now: Application): Application => ({
      ...now,
      errand: isOpen(now.errand) ? handOverTo(recipient, at, newKey()) : now.errand,
    });
    if (await keep(() => shelf.change(id, change))) sending.sendNow();
  };
  return (
    <section className="card">
      <h2>{t('handOver.title')}</h2>
      <Standing errand={own} />
      {isOpen(own) ? (
        <form onSubmit={(event) => void confirm(event)}>
          <p className="quiet">{t('handOver.hint')}</p>
          <Field id="recipient" label={t('handOver.recipient')}>
            {(field) => (
              <input
                id={field}
                name="recipient"
                defaultValue={own?.recipient ?? applicant.name}
                maxLength={200}
                required
              />
            )}
          </Field>
          <button className="main">{t('handOver.confirm')}</button>
        </form>
      ) : null}
    </section>
  );
}
