import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { scanned, type Printed, type Scanned } from './scanned.js';
import { Field, Submit } from './ui.js';

interface Asked {
  /** Which printed QR codes may be read into the number; none where nothing is printed. */
  readonly printed?: Printed;
  readonly numberLabel: string;
  readonly codeLabel: string;
  readonly initial: Scanned;
  readonly busy: boolean;
  readonly ask: (asked: Scanned) => void;
}

/** Number and code of what somebody asks about; a scanner types the whole printed address into the first field. */
export function NumberAndCode({ printed, numberLabel, codeLabel, initial, busy, ask }: Asked) {
  const { t } = useTranslation('public');
  const [typed, setTyped] = useState(initial);
  const [tried, setTried] = useState(false);
  const fault = (text: string) => (tried && text.trim() === '' ? t('needed') : undefined);
  const enter = (number: string) => {
    const read = printed === undefined ? undefined : scanned(number, printed);
    setTyped(read ?? { ...typed, number });
    if (read !== undefined) ask(read);
  };
  return (
    <form
      className="asking"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        const given = { number: typed.number.trim(), code: typed.code.trim() };
        if (given.number !== '' && given.code !== '') ask(given);
      }}
    >
      <Field
        label={numberLabel}
        hint={printed === undefined ? undefined : t('scanHint')}
        fault={fault(typed.number)}
        required
      >
        {(bind) => (
          <input
            {...bind}
            value={typed.number}
            maxLength={500}
            autoComplete="off"
            onChange={(event) => enter(event.target.value)}
          />
        )}
      </Field>
      <Field label={codeLabel} fault={fault(typed.code)} required>
        {(bind) => (
          <input
            {...bind}
            value={typed.code}
            maxLength={64}
            inputMode="numeric"
            autoComplete="off"
            onChange={(event) => setTyped({ ...typed, code: event.target.value })}
          />
        )}
      </Field>
      <Submit busy={busy}>{t('ask')}</Submit>
    </form>
  );
}
