import type { shapes } from '@tongban/console/api';
import { formatDate, formatInstant, useLanguage } from '@tongban/console/language';
import { Failure, Loading, Page } from '@tongban/console/shared';
import { Card, Select, Table, Tag, Timeline, type TableColumnsType } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { ProblemLines } from '../problem-lines.js';
import { useWho } from '../who.js';
import { figureLines, type FigureLine } from './figures.js';
import { useRound, useRoundComparison } from './reform-queries.js';
import { RoundActs } from './round-acts.js';
import { roundColors } from './round-colors.js';
import { RoundItems } from './round-items.js';
import { SaveRound } from './save-round.js';

/** One round of reform: what is to be done with it, its figures before and after, and every item. */
export function RoundPage() {
  const { t } = useTranslation('catalogue');
  const { round = '' } = useParams();
  const language = useLanguage();
  const { data, error, refetch } = useRound(round);
  if (error !== null) return <Failure error={error} again={() => void refetch()} />;
  if (data === undefined) return <Loading />;
  const { title, status, plan, effectiveOn, history } = data;
  return (
    <Page title={title} actions={<SaveRound round={round} title={title} />}>
      <div className="stacked">
        <Card
          title={<h2 className="card-title">{t('toDo')}</h2>}
          extra={<Tag color={roundColors[status]}>{t(`reform.statuses.${status}`)}</Tag>}
          className="case-acts"
        >
          <p>{t('reform.basis', { basis: plan.basis, day: formatDate(effectiveOn, language) })}</p>
          <RoundActs round={data} />
        </Card>
        <Comparison round={round} />
        <RoundItems round={round} />
        <Card title={<h2 className="card-title">{t('passage')}</h2>}>
          <Passage history={history} />
        </Card>
      </div>
    </Page>
  );
}

/** 改革前后: the whole set or one of its groups. */
function Comparison({ round }: { readonly round: string }) {
  const { t } = useTranslation('catalogue');
  const { data, error, refetch } = useRoundComparison(round);
  const [group, setGroup] = useState('');
  const columns: TableColumnsType<FigureLine> = [
    { title: t('reform.figure'), render: (_, { name }) => t(`reform.figures.${name}`) },
    { title: t('reform.before'), align: 'right', dataIndex: 'before' },
    { title: t('reform.after'), align: 'right', dataIndex: 'after' },
    {
      title: t('reform.difference'),
      align: 'right',
      render: (_, { difference, isOfPercents }) =>
        isOfPercents && difference !== '' ? t('reform.points', { difference }) : difference,
    },
  ];
  const sides = data?.groups.find(({ name }) => name === group) ?? data;
  return (
    <Card title={<h2 className="card-title">{t('reform.comparison')}</h2>}>
      {error === null ? null : <ProblemLines error={error} />}
      {error !== null && data === undefined ? <Failure error={error} again={() => void refetch()} /> : null}
      {data === undefined && error === null ? <Loading /> : null}
      {data === undefined || sides === undefined ? null : (
        <>
          <ul className="summary">
            {data.summary.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
          {data.groups.length > 1 ? (
            <div className="filters">
              <Select
                className="filter"
                aria-label={t('reform.group')}
                value={group}
                onChange={setGroup}
                options={[
                  { value: '', label: t('reform.whole') },
                  ...data.groups.map(({ name }) => ({ value: name, label: name })),
                ]}
              />
            </div>
          ) : null}
          <Table<FigureLine>
            aria-label={t('reform.comparison')}
            rowKey="name"
            size="small"
            className="compared"
            columns={columns}
            dataSource={figureLines(sides.before, sides.after)}
            pagination={false}
          />
        </>
      )}
    </Card>
  );
}

function Passage({ history }: { readonly history: shapes.ReformRound['history'] }) {
  const { t } = useTranslation('catalogue');
  const language = useLanguage();
  const who = useWho();
  const items = history.map(({ seq, action, subject, name, at, note }) => ({
    key: String(seq),
    content: (
      <>
        <strong>{t(`reform.actions.${action}`, { defaultValue: action })}</strong>{' '}
        <span className="quiet">
          {formatInstant(at, language)} · {who(subject, name)}
        </span>
        {note === undefined ? null : <div className="lines">{note}</div>}
      </>
    ),
  }));
  return <Timeline items={items} />;
}
