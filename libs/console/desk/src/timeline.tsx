import { formatInstant, useLanguage } from '@tongban/console/language';
import { useSession } from '@tongban/console/session';
import { Failure, Loading } from '@tongban/console/shared';
import { Tag, Timeline } from 'antd';
import { useTranslation } from 'react-i18next';
import { useEntries } from './queries.js';

const shownHashCharacters = 16;
/** Entries that arrived within this time of being written need no word about it. */
const promptMs = 60_000;

const colors: Readonly<Record<string, string>> = {
  'case.notAccepted': 'red',
  'case.overdue': 'red',
  'case.withdrawn': 'gray',
  'case.certified': 'green',
  'case.decided': 'green',
};

/** The journal of the case: who did what where and when, and the digest that proves it. */
export function CaseTimeline({ record }: { readonly record: string }) {
  const { t } = useTranslation('desk');
  const language = useLanguage();
  const { divisions } = useSession();
  const { data, error, refetch } = useEntries(record);
  if (error !== null) return <Failure error={error} again={() => void refetch()} />;
  if (data === undefined) return <Loading />;
  return (
    <Timeline
      items={data.entries.map((entry) => {
        const late = Date.parse(entry.appliedAt) - Date.parse(entry.recordedAt) > promptMs;
        const role = t(`roles.${entry.actorRole}`, { defaultValue: entry.actorRole });
        return {
          key: entry.id,
          color: colors[entry.type] ?? 'blue',
          content: (
            <>
              <strong>{t(`entry/${entry.type}`, { keySeparator: '/', defaultValue: entry.type })}</strong>{' '}
              {entry.offline ? <Tag title={t('offlineHint')}>{t('offline')}</Tag> : null}
              <div>
                {formatInstant(entry.occurredAt, language)} ·{' '}
                {divisions.path(entry.author) || divisions.name(entry.author)} · {role}
              </div>
              {late ? (
                <div className="quiet">{t('arrived', { at: formatInstant(entry.appliedAt, language) })}</div>
              ) : null}
              <div className="quiet seal" title={entry.hash}>
                {t('seal', { seq: entry.seq, hash: entry.hash.slice(0, shownHashCharacters), key: entry.keyId })}
              </div>
            </>
          ),
        };
      })}
    />
  );
}
