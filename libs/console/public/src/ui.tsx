import { ApiProblem } from '@tongban/console/api';
import { useProblemText } from '@tongban/console/shared';
import { useEffect, useId, useRef, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

interface ScreenProps {
  readonly title: string;
  readonly lead?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** One screen: its heading, which is the window's title too and where a reader of the screen begins, and its content. */
export function Screen({ title, lead, actions, children }: ScreenProps) {
  const { t } = useTranslation('public');
  const heading = useRef<HTMLHeadingElement>(null);
  const site = t('site');
  useEffect(() => {
    document.title = `${title} · ${site}`;
    heading.current?.focus({ preventScroll: true });
  }, [title, site]);
  return (
    <article className="screen" aria-labelledby="screen-title">
      <header className="screen-head">
        <h1 id="screen-title" ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {actions === undefined ? null : <div className="actions">{actions}</div>}
        {lead === undefined ? null : <p className="lead">{lead}</p>}
      </header>
      {children}
    </article>
  );
}

export function Panel({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  const id = useId();
  return (
    <section className="panel" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {children}
    </section>
  );
}

export function Loading() {
  const { t } = useTranslation('shared');
  return (
    <p className="state" role="status">
      <span className="spinner" aria-hidden />
      {t('loading')}
    </p>
  );
}

export function Empty({ text }: { readonly text: string }) {
  return <p className="state quiet">{text}</p>;
}

export function Failure({ error, again }: { readonly error: unknown; readonly again?: () => void }) {
  const { t } = useTranslation('shared');
  const textOf = useProblemText();
  const trace = error instanceof ApiProblem ? error.traceId : undefined;
  return (
    <div className="alert" role="alert">
      <p>{textOf(error)}</p>
      {trace === undefined ? null : <p className="quiet">{t('trace', { trace })}</p>}
      {again === undefined ? null : (
        <button type="button" className="button" onClick={again}>
          {t('again')}
        </button>
      )}
    </div>
  );
}

interface Bind {
  readonly id: string;
  readonly 'aria-describedby': string | undefined;
  readonly 'aria-invalid': boolean | undefined;
  readonly 'aria-required': boolean | undefined;
}

interface FieldProps {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly fault?: string | undefined;
  readonly required?: boolean;
  readonly children: (bind: Bind) => ReactNode;
}

/** A labelled control; what is wrong with its content is said at it. */
export function Field({ label, hint, fault, required, children }: FieldProps) {
  const { t } = useTranslation('public');
  const id = useId();
  const told = fault ?? hint;
  return (
    <div className={fault === undefined ? 'field' : 'field faulty'}>
      <label htmlFor={id}>
        {label}
        {required ? null : <span className="quiet">{t('optional')}</span>}
      </label>
      {children({
        id,
        'aria-describedby': told === undefined ? undefined : `${id}-told`,
        'aria-invalid': fault === undefined ? undefined : true,
        'aria-required': required ? true : undefined,
      })}
      {told === undefined ? null : (
        <span id={`${id}-told`} className={fault === undefined ? 'quiet' : 'fault'}>
          {told}
        </span>
      )}
    </div>
  );
}

export function Submit({ busy, children }: { readonly busy: boolean; readonly children: ReactNode }) {
  return (
    <button type="submit" className="button primary" disabled={busy} aria-busy={busy}>
      {children}
    </button>
  );
}

interface ChoicesProps<T extends string> {
  readonly legend: string;
  readonly name: string;
  readonly options: readonly { readonly value: T; readonly label: string }[];
  readonly value: T | undefined;
  readonly choose: (value: T) => void;
  readonly fault?: string | undefined;
}

/** One of a few, all of them to be seen. */
export function Choices<T extends string>({ legend, name, options, value, choose, fault }: ChoicesProps<T>) {
  const id = useId();
  return (
    <fieldset className={fault === undefined ? 'choices' : 'choices faulty'} aria-describedby={`${id}-told`}>
      <legend>{legend}</legend>
      <div className="choice-row">
        {options.map((option) => (
          <label key={option.value} className="choice">
            <input
              type="radio"
              name={`${name}-${id}`}
              checked={option.value === value}
              onChange={() => choose(option.value)}
            />
            {option.label}
          </label>
        ))}
      </div>
      <span id={`${id}-told`} className="fault">
        {fault}
      </span>
    </fieldset>
  );
}
