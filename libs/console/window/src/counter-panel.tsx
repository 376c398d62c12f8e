import { ApiProblem } from '@tongban/console/api';
import { useSession } from '@tongban/console/session';
import { Failure, handledCases, Key, Loading, Nothing, useProblemText, useShortcut } from '@tongban/console/shared';
import { Alert, Button, Card, Select, Space, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { useCounter, type Counter } from './counter.js';
import { useHalls, useQueue, useTicketActs, type Ticket, type TicketAct } from './tickets.js';

/** 叫号: which counter this is, who is at it, and what comes next. */
export function CounterPanel() {
  const { t } = useTranslation('window');
  const { node } = useSession();
  const { counter, choose } = useCounter(node);
  return (
    <Card
      title={counter === undefined ? t('counter') : t('counterNamed', { window: counter.window })}
      extra={counter === undefined ? null : <Button onClick={() => choose(undefined)}>{t('changeCounter')}</Button>}
    >
      {counter === undefined ? <ChooseCounter choose={choose} /> : <Serving counter={counter} />}
    </Card>
  );
}

function ChooseCounter({ choose }: { readonly choose: (counter: Counter) => void }) {
  const { t } = useTranslation('window');
  const { node } = useSession();
  const { data, error, refetch } = useHalls(node);
  if (error !== null) return <Failure error={error} again={() => void refetch()} />;
  if (data === undefined) return <Loading />;
  const options = data.halls.flatMap(({ hall, definition }) =>
    definition.windows.map(({ number, name }) => ({
      value: `${hall} ${number}`,
      label: t('window', { hall: definition.name, number, name }),
    })),
  );
  if (options.length === 0) return <Nothing text={t('noHall')} />;
  return (
    <Select
      className="wide"
      aria-label={t('chooseCounter')}
      placeholder={t('chooseCounter')}
      showSearch={{ optionFilterProp: 'label' }}
      options={options}
      onChange={(value: string) => {
        const [hall = '', window = ''] = value.split(' ');
        choose({ node, hall, window });
      }}
    />
  );
}

/** What the clerk most likely does next, by what is at the counter. */
const nextAct = (current: Ticket | undefined): TicketAct =>
  current === undefined ? 'call' : current.state === 'called' ? 'serve' : 'finish';

function Serving({ counter }: { readonly counter: Counter }) {
  const { t } = useTranslation('window');
  const problemText = useProblemText();
  const { current, waiting, passed, error, isPending, again } = useQueue(counter);
  const acts = useTicketActs(counter);
  const act = (name: TicketAct, ticket = current?.ticket): void =>
    acts.mutate({
      act: name,
      ...(ticket === undefined ? {} : { ticket }),
      ...(name === 'finish' ? { cases: handledCases() } : {}),
    });
  const next = nextAct(current);
  useShortcut('F2', () => act(next), !acts.isPending);
  if (error !== null) return <Failure error={error} again={again} />;
  if (isPending) return <Loading />;
  const closed = acts.error instanceof ApiProblem && acts.error.code === 'hall.window-state';
  const others: readonly TicketAct[] =
    current === undefined ? ['open', 'close'] : current.state === 'called' ? ['recall', 'skip', 'noShow'] : ['recall'];
  return (
    <div className="counter">
      <p className="called" role="status">
        {current === undefined ? (
          <span className="quiet">{t('nobody')}</span>
        ) : (
          <>
            <strong className="ticket">{current.number}</strong>
            <Tag color={current.state === 'serving' ? 'processing' : 'warning'}>{t(`states.${current.state}`)}</Tag>
            {current.mark === null ? null : <Tag color="#9e1068">{t(`marks.${current.mark}`)}</Tag>}
          </>
        )}
        <span className="quiet">{t('waiting', { count: waiting })}</span>
        {current?.state === 'serving' ? (
          <span className="quiet">{t('handled', { count: handledCases().length })}</span>
        ) : null}
      </p>
      <Space wrap>
        <Button type="primary" aria-keyshortcuts="F2" loading={acts.isPending} onClick={() => act(next)}>
          {t(`acts.${next}`)}
          <Key>F2</Key>
        </Button>
        {others.map((name) => (
          <Button key={name} disabled={acts.isPending} onClick={() => act(name)}>
            {t(`acts.${name}`)}
          </Button>
        ))}
      </Space>
      {acts.error === null ? null : (
        <Alert
          type={closed ? 'info' : 'error'}
          showIcon
          title={problemText(acts.error)}
          action={closed ? <Button onClick={() => act('open')}>{t('acts.open')}</Button> : undefined}
        />
      )}
      {current !== undefined || passed.length === 0 ? null : (
        <Space wrap>
          <span className="quiet">{t('passed')}</span>
          {passed.map(({ ticket, number }) => (
            <Button key={ticket} size="small" onClick={() => act('recall', ticket)}>
              {t('recallNumber', { number })}
            </Button>
          ))}
        </Space>
      )}
    </div>
  );
}
