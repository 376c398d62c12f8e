import { call, commandHeaders, newKey, routes, type shapes } from '@tongban/console/api';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { usePlace } from '../place.js';
import { useHalls } from '../queries.js';
import { Choices, Empty, Failure, Loading, Panel, Screen } from '../ui.js';

type Mark = NonNullable<shapes.TicketWish['mark']>;
const marks = ['none', 'elderly', 'frail', 'ill', 'disabled', 'pregnant'] as const;
const refreshMs = 10_000;

/** 取号: a number of the queue for the windows that serve one's matter. */
export function TicketPage() {
  const { t } = useTranslation('public');
  const { node } = usePlace();
  const { data, error, refetch } = useHalls(node);
  const [key] = useState(newKey);
  const [mark, setMark] = useState<(typeof marks)[number]>('none');
  const taken = useMutation({
    mutationFn: (wish: shapes.TicketWish) =>
      call(routes.takeTicket, { path: { node }, headers: commandHeaders(key), body: wish }),
  });
  if (taken.data !== undefined) return <Taken node={node} ticket={taken.data.ticket} number={taken.data.number} />;
  const take = (hall: string, group: string) =>
    taken.mutate({ hall, group, ...(mark === 'none' ? {} : { mark: mark satisfies Mark }) });
  return (
    <Screen title={t('kiosk.services.ticket')} lead={t('kiosk.ticketLead')}>
      {error === null ? null : <Failure error={error} again={() => void refetch()} />}
      {data === undefined && error === null ? <Loading /> : null}
      {data?.halls.length === 0 ? <Empty text={t('noHalls')} /> : null}
      <Choices
        legend={t('kiosk.priority')}
        name="mark"
        options={marks.map((value) => ({ value, label: t(`kiosk.marks.${value}`) }))}
        value={mark}
        choose={setMark}
      />
      {taken.error === null ? null : <Failure error={taken.error} />}
      {data?.halls.map(({ hall, definition }) => (
        <Panel key={hall} title={definition.name}>
          <ul className="services kiosk-services">
            {definition.groups.map(({ code, name }) => (
              <li key={code}>
                <button type="button" disabled={taken.isPending} onClick={() => take(hall, code)}>
                  <strong>{name}</strong>
                  <span>{t('kiosk.take')}</span>
                </button>
              </li>
            ))}
          </ul>
        </Panel>
      ))}
    </Screen>
  );
}

interface TakenProps {
  readonly node: string;
  readonly ticket: string;
  readonly number: string;
}

function Taken({ node, ticket, number }: TakenProps) {
  const { t } = useTranslation('public');
  const { data } = useQuery({
    queryKey: ['ticket', node, ticket],
    queryFn: ({ signal }) => call(routes.getTicket, { path: { node, ticket }, signal }),
    refetchInterval: refreshMs,
  });
  return (
    <Screen
      title={t('kiosk.taken')}
      actions={
        <button type="button" className="button primary" onClick={() => window.print()}>
          {t('kiosk.printTicket')}
        </button>
      }
    >
      <div className="ticket" role="status">
        <p className="big">{number}</p>
        {data === undefined || data.ahead === null ? null : (
          <p>{t('kiosk.ahead', { count: data.ahead, minutes: data.estimatedMinutes ?? 0 })}</p>
        )}
        {data === undefined || data.window === null ? null : <p>{t('kiosk.called', { window: data.window })}</p>}
        <p className="quiet">{t('kiosk.watch')}</p>
      </div>
    </Screen>
  );
}
