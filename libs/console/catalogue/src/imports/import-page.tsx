import { useSession } from '@tongban/console/session';
import { Page } from '@tongban/console/shared';
import { Alert, Button, Card, Space, Upload } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { ExportButton } from '../export-button.js';
import { ProblemLines } from '../problem-lines.js';
import { checkFile, importFile, mebibyte, mostFileBytes, totalOf, type Check, type Imported } from './import-file.js';
import { SheetProblems } from './sheet-problems.js';
import { useWork } from './work.js';
import { WorkBar } from './work-bar.js';

/** 目录导入: a workbook is checked cell by cell, mended, checked again, and put forward for a second person. */
export function ImportPage() {
  const { t } = useTranslation('catalogue');
  const [file, setFile] = useState<File>();
  return (
    <Page
      title={t('title.catalogue-import')}
      actions={
        <Space wrap>
          <ExportButton content="template" />
          <ExportButton content="catalogue" />
        </Space>
      }
    >
      <div className="stacked">
        <Card title={<h2 className="card-title">{t('imports.choose')}</h2>}>
          <p className="quiet">{t('imports.hint')}</p>
          <Upload
            accept=".xlsx"
            maxCount={1}
            showUploadList={false}
            beforeUpload={(chosen) => {
              setFile(chosen);
              return false;
            }}
          >
            <Button type={file === undefined ? 'primary' : 'default'}>
              {t(file === undefined ? 'imports.pick' : 'imports.pickAnother')}
            </Button>
          </Upload>
        </Card>
        {file === undefined ? null : <Chosen key={`${file.name} ${file.lastModified} ${file.size}`} file={file} />}
      </div>
    </Page>
  );
}

/** One file on its way: checked as soon as it is there, put forward when there is nothing against it. */
function Chosen({ file }: { readonly file: File }) {
  const { t } = useTranslation('catalogue');
  const tooLarge = file.size > mostFileBytes;
  return (
    <Card title={<h2 className="card-title seal">{file.name}</h2>}>
      {tooLarge ? (
        <Alert type="error" showIcon title={t('imports.tooLarge', { size: mostFileBytes / mebibyte })} />
      ) : (
        <Checked file={file} />
      )}
    </Card>
  );
}

function Checked({ file }: { readonly file: File }) {
  const { t } = useTranslation('catalogue');
  const { node } = useSession();
  const checking = useWork((signal) => checkFile(node, file, signal), { atOnce: true });
  const { done, error } = checking;
  return (
    <div className="stacked">
      <WorkBar work={checking} text={t('imports.checking')} />
      {checking.stopped ? <Alert type="info" showIcon title={t('imports.stopped')} /> : null}
      <ProblemLines error={error} />
      {done === undefined ? null : <Found check={done} />}
      {done !== undefined && done.total > 0 ? <SheetProblems check={done} /> : null}
      {!checking.running && (done === undefined || done.total > 0) ? (
        <div>
          <Button onClick={checking.start}>{t('imports.again')}</Button>
        </div>
      ) : null}
      {done?.total === 0 ? <Send file={file} /> : null}
    </div>
  );
}

const lists = ['departments', 'items', 'delegations', 'bases', 'localisations', 'stationings', 'agents'] as const;

/** What was read from the file, and whether anything is wrong with it. */
function Found({ check }: { readonly check: Check }) {
  const { t } = useTranslation('catalogue');
  const read = lists.filter((list) => check[list] > 0);
  const parts = read.map((list) => t('imports.count', { name: t(`imports.lists.${list}`), count: check[list] }));
  return (
    <>
      <Alert
        type={check.total === 0 ? 'success' : 'warning'}
        showIcon
        role="status"
        title={check.total === 0 ? t('imports.fine') : t('imports.faulty', { count: check.total })}
      />
      <p>{totalOf(check) === 0 ? t('imports.empty') : t('imports.read', { parts: parts.join(t('list')) })}</p>
    </>
  );
}

function Send({ file }: { readonly file: File }) {
  const { t } = useTranslation('catalogue');
  const { node } = useSession();
  const [key] = useState(() => ({ current: undefined as string | undefined }));
  const sending = useWork((signal) => importFile(node, file, key, signal), {});
  const { done, error } = sending;
  if (done !== undefined) return <Sent imported={done} />;
  return (
    <>
      <p className="quiet">{t('imports.sendHint')}</p>
      <WorkBar work={sending} text={t('imports.sending')} />
      {sending.stopped ? <Alert type="info" showIcon title={t('imports.sendStopped')} /> : null}
      <ProblemLines error={error} />
      <div>
        <Button type="primary" disabled={sending.running} onClick={sending.start}>
          {t('imports.send')}
        </Button>
      </div>
    </>
  );
}

function Sent({ imported }: { readonly imported: Imported }) {
  const { t } = useTranslation('catalogue');
  if ('proposal' in imported) {
    const { toPublish, unchanged, proposal } = imported;
    return (
      <Alert
        type="success"
        showIcon
        title={t('imports.proposed', { toPublish, unchanged })}
        action={<Link to={`/proposals/${proposal}`}>{t('imports.toProposal')}</Link>}
      />
    );
  }
  const { published, unchanged } = imported;
  return (
    <Alert
      type="success"
      showIcon
      title={
        published === 0 ? t('imports.nothingNew', { unchanged }) : t('imports.published', { published, unchanged })
      }
    />
  );
}
