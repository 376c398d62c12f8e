import { Button, Progress } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Work } from './work.js';

const tickMs = 1_000;
const second = 1_000;

/** What is being done, for how long already, and a way to call it off. How much is left nobody knows. */
export function WorkBar({ work, text }: { readonly work: Work<unknown>; readonly text: string }) {
  const { t } = useTranslation('catalogue');
  const { since, stop } = work;
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (since === undefined) return undefined;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), tickMs);
    return () => clearInterval(timer);
  }, [since]);
  if (since === undefined) return null;
  return (
    <div className="work">
      <span role="status">{text}</span>
      <span className="quiet">{t('imports.seconds', { count: Math.max(0, Math.floor((now - since) / second)) })}</span>
      <Progress percent={100} status="active" showInfo={false} aria-label={text} />
      <Button size="small" onClick={stop}>
        {t('imports.stop')}
      </Button>
    </div>
  );
}
