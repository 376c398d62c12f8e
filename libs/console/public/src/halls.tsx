import type { shapes } from '@tongban/console/api';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Notices } from './notices.js';
import { usePlace } from './place.js';
import { useDisplay, useHalls } from './queries.js';
import { Empty, Failure, Loading, Panel, Screen } from './ui.js';

/** Nobody stands before a home page as before a hall's screen. */
const pageRefreshMs = 15_000;

/** The halls of a place: where, when, and how many are waiting now. */
export function Halls() {
  const { t } = useTranslation('public');
  const { node } = usePlace();
  const { data, error, refetch } = useHalls(node);
  return (
    <Screen title={t('nav.halls')} lead={t('hallsLead')}>
      {error === null ? null : <Failure error={error} again={() => void refetch()} />}
      {data === undefined && error === null ? <Loading /> : null}
      {data?.halls.length === 0 ? <Empty text={t('noHalls')} /> : null}
      {data?.halls.map((hall) => (
        <HallPanel key={hall.hall} node={node} hall={hall} />
      ))}
      <Notices node={node} />
    </Screen>
  );
}

function HallPanel({ node, hall: { hall, definition } }: { readonly node: string; readonly hall: shapes.Hall }) {
  const { t } = useTranslation('public');
  const { name, address, phone, hours, opening } = definition;
  const spans = hours.map(({ from, to }) => `${from}–${to}`).join('、');
  return (
    <Panel title={name}>
      <p>{address}</p>
      <p>
        {t(`opening.${opening}`)} {spans}
      </p>
      {phone === undefined ? null : (
        <p>
          <a href={`tel:${phone}`}>{phone}</a>
        </p>
      )}
      <Waiting node={node} hall={hall} />
      <p>
        <Link className="button small" to={`/${node}/screen/${hall}`}>
          {t('openScreen')}
        </Link>
      </p>
    </Panel>
  );
}

function Waiting({ node, hall }: { readonly node: string; readonly hall: string }) {
  const { t } = useTranslation('public');
  const { data, error } = useDisplay(node, hall, pageRefreshMs);
  if (data === undefined) return error === null ? <Loading /> : <Failure error={error} />;
  return (
    <table>
      <caption>{t('waitingNow')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('windowGroup')}</th>
          <th scope="col">{t('openWindows')}</th>
          <th scope="col">{t('waiting')}</th>
          <th scope="col">{t('estimate')}</th>
        </tr>
      </thead>
      <tbody>
        {data.groups.map(({ group, name, openWindows, waiting, estimatedMinutes }) => (
          <tr key={group}>
            <th scope="row">{name}</th>
            <td>{openWindows}</td>
            <td>{waiting}</td>
            <td>{t('minutes', { count: estimatedMinutes })}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
