import { formatInstant, useLanguage } from '@tongban/console/language';
import { Failure, Loading } from '@tongban/console/shared';
import { Button, Card } from 'antd';
import { useTranslation } from 'react-i18next';
import { reportStates, type PartProps } from './parts.js';
import { useStatus } from './queries.js';

const secondsPerMinute = 60;

/** How many reports are in which state, and whether the platform can be reached. */
export function Standing({ profile, show }: Pick<PartProps, 'profile' | 'show'>) {
  const { t } = useTranslation('exchange');
  const language = useLanguage();
  const { data, error, refetch } = useStatus(profile);
  if (error !== null) return <Failure error={error} again={() => void refetch()} />;
  if (data === undefined) return <Loading />;
  const age = (seconds: number | null) =>
    seconds === null ? t('none') : t('minutes', { count: Math.ceil(seconds / secondsPerMinute) });
  const { state, until } = data.breaker;
  const reach =
    state === 'open' && until !== null
      ? t('breakerUntil', { at: formatInstant(until, language) })
      : t(`breakers.${state}`);
  return (
    <Card className="totals" title={<h2 className="card-title">{t('standing')}</h2>}>
      <dl>
        {reportStates.map((each) => (
          <div key={each}>
            <dt>{t(`states.${each}`)}</dt>
            <dd>
              <Button type="link" className="figure" onClick={() => show({ state: each })}>
                {data.reports[each] ?? 0}
              </Button>
            </dd>
          </div>
        ))}
      </dl>
      <p className="quiet">
        {t('breaker')}：{reach} · {t('oldestUnsent')}：{age(data.oldestUnsentSeconds)} · {t('oldestHeld')}：
        {age(data.oldestHeldSeconds)}
      </p>
    </Card>
  );
}
