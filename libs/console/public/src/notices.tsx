import { useTranslation } from 'react-i18next';
import type { shapes } from '@tongban/console/api';
import { inForce } from './in-force.js';
import { useHalls } from './queries.js';
import { Empty, Failure, Loading, Panel } from './ui.js';

/** What the halls of a place have to tell today. */
export function Notices({ node }: { readonly node: string }) {
  const { t } = useTranslation('public');
  const { data, error, refetch } = useHalls(node);
  const notices = data?.halls.flatMap(({ definition }) => inForce(definition.notices ?? [], Date.now())) ?? [];
  return (
    <Panel title={t('notices')}>
      {error === null ? null : <Failure error={error} again={() => void refetch()} />}
      {data === undefined && error === null ? <Loading /> : null}
      {data !== undefined && notices.length === 0 ? <Empty text={t('noNotices')} /> : null}
      <NoticeList notices={notices} />
    </Panel>
  );
}

type Notice = Pick<NonNullable<shapes.Hall['definition']['notices']>[number], 'title' | 'text'>;

export function NoticeList({ notices }: { readonly notices: readonly Notice[] }) {
  return (
    <ul className="notices">
      {notices.map(({ title, text }) => (
        <li key={`${title}/${text}`}>
          <strong>{title}</strong>
          <p className="lines">{text}</p>
        </li>
      ))}
    </ul>
  );
}
