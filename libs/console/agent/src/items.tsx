import { newKey, type shapes } from '@tongban/console/api';
import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useAgent } from './context.js';
import { heldItem, heldItems } from './guides.js';
import type { Application } from './outbox.js';
import { Busy, Link, ScreenFrame } from './parts.js';
import { go } from './router.js';

const mostShown = 60;

/** What the agent may apply for here, as it lies on the phone. */
export function ItemsScreen() {
  const { t } = useTranslation('agent');
  const { profile } = useAgent();
  const [items, setItems] = useState<readonly shapes.Item[]>();
  const [words, setWords] = useState('');
  useEffect(() => {
    void heldItems(profile.node).then(setItems);
  }, [profile]);
  if (items === undefined) return <Busy />;
  const found = items.filter(({ name, code }) => name.includes(words.trim()) || code.startsWith(words.trim()));
  return (
    <ScreenFrame title={t('items.title')} back="">
      <input
        type="search"
        aria-label={t('items.search')}
        placeholder={t('items.search')}
        value={words}
        onChange={(event) => setWords(event.target.value)}
      />
      {items.length === 0 ? <p className="empty">{t('list.guidesNone')}</p> : null}
      {items.length > 0 && found.length === 0 ? <p className="empty">{t('items.none')}</p> : null}
      <ul className="rows">
        {found.slice(0, mostShown).map(({ code, name, regimeName, promisedDays, departmentName }) => (
          <li key={code}>
            <Link to={`items/${code}`} className="row">
              <strong>{name}</strong>
              <span className="quiet">
                {departmentName} · {regimeName} ·{' '}
                {promisedDays === 0 ? t('items.atOnce') : t('items.days', { days: promisedDays })}
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </ScreenFrame>
  );
}

/** An item of the village as it lies on the phone; null when it does not. */
export function useHeldItem(code: string): shapes.Item | null | undefined {
  const { profile } = useAgent();
  const [item, setItem] = useState<shapes.Item | null>();
  useEffect(() => {
    void heldItem(profile.node, code).then((held) => setItem(held ?? null));
  }, [profile, code]);
  return item;
}

/** The guide of an item, and the way to an application. */
export function ItemScreen({ code }: { readonly code: string }) {
  const { t } = useTranslation('agent');
  const { shelf, keep } = useAgent();
  const item = useHeldItem(code);
  if (item === undefined) return <Busy />;
  if (item === null) {
    return (
      <ScreenFrame title={t('items.title')} back="items">
        <p className="empty">{t('items.none')}</p>
      </ScreenFrame>
    );
  }
  const begin = async () => {
    const application = draftOf(item);
    if (await keep(() => shelf.add(application))) go(`applications/${application.id}`, true);
  };
  return (
    <ScreenFrame title={item.name} back="items">
      <button className="main" onClick={() => void begin()}>
        {t('items.choose')}
      </button>
      <div className="card">
        <Part title={t('items.conditions')}>
          <ul>
            {item.conditions.map((condition) => (
              <li key={condition}>{condition}</li>
            ))}
          </ul>
        </Part>
        <Part title={t('items.materials')}>
          <ul>
            {item.materials.map(({ code: material, name, necessity, note }) => (
              <li key={material}>
                {name}（{t(`necessity.${necessity}`)}）
                {note === undefined ? null : <span className="quiet">{note}</span>}
              </li>
            ))}
          </ul>
        </Part>
        <Part title={t('items.steps')}>
          <ol>
            {item.steps.map(({ name }) => (
              <li key={name}>{name}</li>
            ))}
          </ol>
        </Part>
        <Part title={t('items.time')}>
          <p>{t('items.statutory', { statutory: item.statutoryDays, promised: item.promisedDays })}</p>
        </Part>
        <Part title={t('items.fee')}>
          <p>{item.fee.charged ? `${item.fee.standard ?? ''} ${item.fee.basis ?? ''}` : t('items.feeNone')}</p>
        </Part>
        <Part title={t('items.phone')}>
          <p>
            <a href={`tel:${item.consultPhone}`}>{item.consultPhone}</a>
          </p>
        </Part>
        <p className="quiet">{t('items.version', { version: item.version })}</p>
      </div>
    </ScreenFrame>
  );
}

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

/** A new application with the keys that it keeps to its end. */
const draftOf = ({ code, version, name }: shapes.Item): Application => ({
  id: newKey(),
  state: 'draft',
  item: { code, version, name },
  applicant: { name: '', identityNumber: '', phone: '', address: '' },
  form: {},
  files: [],
  mandate: undefined,
  keys: { mandate: newKey(), submit: newKey() },
  refusal: undefined,
  taken: undefined,
  sight: undefined,
  changedAt: Date.now(),
});
