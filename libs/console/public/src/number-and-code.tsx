import { canScanByCamera } from '@tongban/console/shared';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useKiosk } from './kiosk/context.js';
import { ScanView } from './scan-view.js';
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
  const take = (read: Scanned) => {
    setTyped(read);
    ask(read);
  };
  const enter = (number: string) => {
    const read = printed === undefined ? undefined : scanned(number, printed);
    if (read === undefined) setTyped({ ...typed, number });
    else take(read);
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
      {printed === undefined ? null : <ByCamera printed={printed} found={take} />}
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

interface ByCameraProps {
  readonly printed: Printed;
  readonly found: (read: Scanned) => void;
}

/** The printed code held in front of the camera; a kiosk has a scanner instead. */
function ByCamera({ printed, found }: ByCameraProps) {
  const { t } = useTranslation('public');
  const kiosk = useKiosk();
  const [isOpen, setOpen] = useState(false);
  if (kiosk || !canScanByCamera()) return null;
  const take = (read: Scanned) => {
    setOpen(false);
    found(read);
  };
  return (
    <>
      <button type="button" className="button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        {t(isOpen ? 'camera.close' : 'camera.open')}
      </button>
      {isOpen ? <ScanView printed={printed} found={take} /> : null}
    </>
  );
}
