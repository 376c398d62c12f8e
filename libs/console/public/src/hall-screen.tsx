import type { shapes } from '@tongban/console/api';
import { formatClock } from '@tongban/console/language';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { isStale, newCalls, rowsOf } from './board.js';
import { useDisplay } from './queries.js';
import { Failure, Loading } from './ui.js';

const clockMs = 1_000;
const noticeMs = 10_000;
/** So long a new call stands out. */
const flashMs = 8_000;

/** The clock of the room, ticking. */
function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), clockMs);
    return () => clearInterval(timer);
  }, []);
  return now;
}

/** 大厅屏: called numbers, who waits where, notices and the day's figures; nobody touches it. */
export function HallScreen() {
  const { t } = useTranslation('public');
  const { node = '', hall = '' } = useParams();
  const { data, error, dataUpdatedAt } = useDisplay(node, hall);
  const now = useNow();
  useEffect(() => {
    document.title = t('hallScreen');
  }, [t]);
  if (data === undefined)
    return <main className="board board-empty">{error === null ? <Loading /> : <Failure error={error} />}</main>;
  const stale = isStale(dataUpdatedAt, now);
  return (
    <main className="board">
      <header>
        <h1>{data.name}</h1>
        <time>{formatClock(now)}</time>
      </header>
      <Called called={data.called} />
      <section className="board-side">
        <Groups groups={data.groups} />
        <Figures display={data} />
      </section>
      <footer className={stale ? 'board-stale' : undefined}>
        <Notice notices={data.notices} now={now} />
        <p role={stale ? 'alert' : undefined} className="board-updated">
          {t(stale ? 'staleSince' : 'updatedAt', { time: formatClock(dataUpdatedAt) })}
        </p>
      </footer>
    </main>
  );
}

function Called({ called }: Pick<shapes.HallDisplay, 'called'>) {
  const { t } = useTranslation('public');
  const fresh = useFresh(called);
  const rows = rowsOf(called);
  return (
    <section className="board-called" aria-live="polite">
      <table>
        <thead>
          <tr>
            <th scope="col">{t('calledNumber')}</th>
            <th scope="col">{t('goTo')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ number, window, state }) => (
            <tr key={number} className={fresh.has(number) ? 'fresh' : state}>
              <td>{number}</td>
              <td>{t('window', { window })}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length === 0 ? <p className="board-none">{t('nobodyCalled')}</p> : null}
    </section>
  );
}

/** Numbers that were called while somebody looked. */
function useFresh(called: shapes.HallDisplay['called']): ReadonlySet<string> {
  const before = useRef(called);
  const [fresh, setFresh] = useState<ReadonlySet<string>>(new Set());
  useEffect(() => {
    const found = newCalls(before.current, called);
    before.current = called;
    if (found.size > 0) setFresh(found);
  }, [called]);
  useEffect(() => {
    if (fresh.size === 0) return undefined;
    const timer = setTimeout(() => setFresh(new Set()), flashMs);
    return () => clearTimeout(timer);
  }, [fresh]);
  return fresh;
}

function Groups({ groups }: Pick<shapes.HallDisplay, 'groups'>) {
  const { t } = useTranslation('public');
  return (
    <table className="board-groups">
      <thead>
        <tr>
          <th scope="col">{t('windowGroup')}</th>
          <th scope="col">{t('waiting')}</th>
          <th scope="col">{t('estimate')}</th>
        </tr>
      </thead>
      <tbody>
        {groups.map(({ group, name, waiting, estimatedMinutes, openWindows }) => (
          <tr key={group}>
            <th scope="row">{name}</th>
            <td>{waiting}</td>
            <td>{openWindows === 0 ? t('noWindowOpen') : t('minutes', { count: estimatedMinutes })}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Figures({ display: { today, groups } }: { readonly display: shapes.HallDisplay }) {
  const { t } = useTranslation('public');
  const waiting = groups.reduce((sum, group) => sum + group.waiting, 0);
  const figures = [
    ['taken', today.taken],
    ['served', today.served],
    ['waiting', waiting],
  ] as const;
  return (
    <dl className="board-figures">
      {figures.map(([name, count]) => (
        <div key={name}>
          <dt>{t(`today.${name}`)}</dt>
          <dd>{count}</dd>
        </div>
      ))}
    </dl>
  );
}

/** One notice after the other. */
function Notice({ notices, now }: Pick<shapes.HallDisplay, 'notices'> & { readonly now: number }) {
  const { t } = useTranslation('public');
  const shown = notices[Math.floor(now / noticeMs) % Math.max(1, notices.length)];
  return (
    <p className="board-notice">
      {shown === undefined ? (
        t('welcome')
      ) : (
        <>
          <strong>{shown.title}</strong> {shown.text}
        </>
      )}
    </p>
  );
}
