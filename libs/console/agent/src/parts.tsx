import { useEffect, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { go, hrefOf } from './router.js';

interface ScreenProps {
  readonly title: string;
  /** Where the way back leads; the first screens have none. */
  readonly back?: string;
  readonly children: ReactNode;
}

/** One screen: its heading, which is the window's title too, the way back, and its content. */
export function ScreenFrame({ title, back, children }: ScreenProps) {
  const { t } = useTranslation('agent');
  useEffect(() => {
    document.title = `${title} · ${t('product')}`;
  }, [title, t]);
  return (
    <main className="screen">
      <header className="head">
        {back === undefined ? null : (
          <Link to={back} className="back" label={t('back')}>
            ‹
          </Link>
        )}
        <h1>{title}</h1>
      </header>
      {children}
    </main>
  );
}

interface LinkProps {
  readonly to: string;
  readonly className?: string;
  readonly label?: string;
  readonly children: ReactNode;
}

/** A link within the app: followed without leaving the page, opened elsewhere as any other. */
export function Link({ to, className, label, children }: LinkProps) {
  return (
    <a
      href={hrefOf(to)}
      className={className}
      aria-label={label}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey) return;
        event.preventDefault();
        go(to);
      }}
    >
      {children}
    </a>
  );
}

export function Busy() {
  const { t } = useTranslation('agent');
  return (
    <main className="screen">
      <p className="quiet" role="status">
        {t('loading')}
      </p>
    </main>
  );
}

interface FieldProps {
  readonly label: string;
  readonly hint?: string;
  readonly fault?: string;
  readonly children: (id: string) => ReactNode;
  readonly id: string;
}

/** A labelled field with what is wrong with it. */
export function Field({ id, label, hint, fault, children }: FieldProps) {
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children(id)}
      {hint === undefined ? null : <p className="quiet">{hint}</p>}
      {fault === undefined ? null : (
        <p className="fault" role="alert">
          {fault}
        </p>
      )}
    </div>
  );
}
