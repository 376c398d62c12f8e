import type { shapes } from '@tongban/console/api';
import { formatInstant, useLanguage } from '@tongban/console/language';
import { useSession } from '@tongban/console/session';
import { Failure, Loading, Page } from '@tongban/console/shared';
import { Alert, Button, Card, Space, Tag, Timeline } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router';
import { actsOf, type AskedAct } from './draft-acts.js';
import { DraftDialog } from './draft-dialog.js';
import { Elements } from './elements.js';
import { Impact } from './impact.js';
import { problemText } from './problems.js';
import { useDraft, useElements } from './queries.js';
import { useWho } from './who.js';
import { useWords } from './words.js';

const colors = { draft: 'processing', reviewed: 'warning', published: 'success', withdrawn: 'default' } as const;

/** One version on its way: what it would touch, what it says, who did what with it, and what can be done now. */
export function DraftPage() {
  const { t } = useTranslation('catalogue');
  const { draft = '' } = useParams();
  const { data, error, refetch } = useDraft(draft);
  if (error !== null) return <Failure error={error} again={() => void refetch()} />;
  if (data === undefined) return <Loading />;
  const { document, status } = data;
  return (
    <Page title={`${document.name} · ${t('versionNo', { version: document.version })}`}>
      <div className="stacked">
        <Card
          title={<h2 className="card-title">{t('toDo')}</h2>}
          extra={<Tag color={colors[status]}>{t(`draftStatuses.${status}`)}</Tag>}
          className="case-acts"
        >
          <Acts draft={data} />
        </Card>
        {status === 'draft' || status === 'reviewed' ? <Impact draft={draft} /> : null}
        <Card title={<h2 className="card-title">{t('passage')}</h2>}>
          <Passage history={data.history} />
        </Card>
        <Elements item={document} />
      </div>
    </Page>
  );
}

function Acts({ draft }: { readonly draft: shapes.ItemDraft }) {
  const { t } = useTranslation('catalogue');
  const { person } = useSession();
  const navigate = useNavigate();
  const [asked, setAsked] = useState<AskedAct>();
  const words = useWords();
  const elements = useElements();
  const titles = new Map(elements.data?.elements.map(({ field, title }) => [field, title]));
  const { acts, hint } = actsOf({ draft, subject: person.subject, roles: person.roles });
  return (
    <Space orientation="vertical" className="wide">
      {hint === 'faulty' ? (
        <Alert
          type="warning"
          showIcon
          title={t('faulty')}
          description={
            <ul className="reasons">
              {draft.problems.map((problem) => (
                <li key={problem}>{problemText(problem, titles, words)}</li>
              ))}
            </ul>
          }
        />
      ) : null}
      {hint === 'ownDraft' ? <Alert type="info" showIcon title={t('ownDraft')} /> : null}
      {acts.length === 0 ? <p className="quiet">{t('nothingToDo')}</p> : null}
      <Space wrap>
        {acts.map((act) => (
          <Button
            key={act}
            type={act === 'approve' || act === 'publish' ? 'primary' : 'default'}
            danger={act === 'withdraw'}
            onClick={() => (act === 'edit' ? void navigate('edit') : setAsked(act))}
          >
            {t(`acts.${act}`)}
          </Button>
        ))}
      </Space>
      {asked === undefined ? null : (
        <DraftDialog key={asked} act={asked} draft={draft} close={() => setAsked(undefined)} />
      )}
    </Space>
  );
}

/** Who did what when: persons by name, "you" where it is the reader. */
function Passage({ history }: { readonly history: shapes.ItemDraft['history'] }) {
  const { t } = useTranslation('catalogue');
  const language = useLanguage();
  const who = useWho();
  return (
    <Timeline
      items={history.map(({ seq, action, by, byName, at, note }) => ({
        key: seq,
        color: action === 'return' || action === 'withdraw' ? 'red' : 'blue',
        content: (
          <>
            <strong>{t(`actions.${action}`)}</strong>
            {note === undefined ? null : <div className="lines">{note}</div>}
            <div className="quiet seal">
              {formatInstant(at, language)} · {who(by, byName)}
            </div>
          </>
        ),
      }))}
    />
  );
}
