import { useEffect, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

interface PageProps {
  readonly title: string;
  /** Beside the title: what the page as a whole can do. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** One screen: its heading, which is the window's title too, and its content. */
export function Page({ title, actions, children }: PageProps) {
  const { t } = useTranslation('shared');
  useEffect(() => {
    document.title = `${title} · ${t('product')}`;
  }, [title, t]);
  return (
    <section className="page" aria-labelledby="page-title">
      <header className="page-head">
        <h1 id="page-title">{title}</h1>
        <div className="page-actions">{actions}</div>
      </header>
      {children}
    </section>
  );
}
