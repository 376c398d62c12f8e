import { ApiProblem } from '@tongban/console/api';
import { Button, Empty, Result, Spin } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useProblemText } from './problem-text.js';

export function Loading() {
  const { t } = useTranslation('shared');
  return (
    <div className="state" role="status" aria-live="polite">
      <Spin description={t('loading')} size="large" />
    </div>
  );
}

export function Nothing({ text, children }: { readonly text?: string; readonly children?: ReactNode }) {
  const { t } = useTranslation('shared');
  return (
    <Empty className="state" image={Empty.PRESENTED_IMAGE_SIMPLE} description={text ?? t('nothing')}>
      {children}
    </Empty>
  );
}

/** An error with the server's reason, its trace for the help desk, and a way on. */
export function Failure({ error, again }: { readonly error: unknown; readonly again?: () => void }) {
  const { t } = useTranslation('shared');
  const textOf = useProblemText();
  const trace = error instanceof ApiProblem ? error.traceId : undefined;
  return (
    <div role="alert">
      <Result
        status="warning"
        title={t('problem.title')}
        subTitle={
          <>
            {textOf(error)}
            {trace === undefined ? null : <div className="quiet">{t('trace', { trace })}</div>}
          </>
        }
        extra={again === undefined ? null : <Button onClick={again}>{t('again')}</Button>}
      />
    </div>
  );
}
