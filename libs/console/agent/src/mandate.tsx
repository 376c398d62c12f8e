import { newKey } from '@tongban/console/api';
import { formatInstant, useLanguage } from '@tongban/console/language';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAgent } from './context.js';
import { drawMandate } from './mandate-paper.js';
import { next, type Application } from './outbox.js';
import { Field, ScreenFrame } from './parts.js';
import { go } from './router.js';
import { sealFile } from './sealed-file.js';
import { SignaturePad, type Stroke } from './signature-pad.js';
import { sm3 } from './sm3.js';

const terms = [30, 90, 180, 365] as const;
const usualTerm = 30;

/** The principal reads the mandate and signs it on the screen; what is signed becomes a picture with all its words. */
export function MandateScreen({ application }: { readonly application: Application }) {
  const { t } = useTranslation('agent');
  const { shelf, keep, profile } = useAgent();
  const language = useLanguage();
  const { id, applicant, item, state } = application;
  const [days, setDays] = useState<number>(usualTerm);
  const [strokes, setStrokes] = useState<readonly Stroke[]>([]);
  const [fault, setFault] = useState<string>();
  const busy = useRef(false);
  const lines = [
    t('sign.body', { ...applicant, village: profile.nodeName, agent: profile.name, item: item.name }),
    t('sign.powers'),
    t('sign.term', { days }),
  ];
  if (
    next(state, 'edit') === undefined ||
    applicant.name === '' ||
    applicant.identityNumber === '' ||
    applicant.phone === ''
  ) {
    return (
      <ScreenFrame title={t('sign.title')} back={`applications/${id}`}>
        <p className="empty">{t('sign.incomplete')}</p>
      </ScreenFrame>
    );
  }
  const sign = async () => {
    if (strokes.length === 0) return setFault(t('sign.empty'));
    if (busy.current) return;
    busy.current = true;
    const at = t('sign.device', { at: formatInstant(new Date().toISOString(), language) });
    const paper = await drawMandate({ heading: t('sign.heading'), lines, signature: t('sign.signature'), at, strokes });
    const content = new Uint8Array(await paper.arrayBuffer());
    const { bytes, digest, key, size } = await sealFile(content);
    const file = {
      ...{ id: newKey(), material: undefined, name: t('sign.heading'), mediaType: paper.type },
      ...{ size, sealedSize: bytes.length, digest, key, registered: false },
    };
    const mandate = { file, evidenceDigest: sm3(content), days, term: undefined, record: undefined };
    // Another signature is another mandate, and wants a key of its own.
    const signed = await keep(() =>
      shelf.change(
        id,
        (now) => ({
          ...now,
          state: next(now.state, 'edit') ?? now.state,
          mandate,
          keys: { ...now.keys, mandate: newKey() },
        }),
        [{ id: file.id, bytes }],
      ),
    );
    busy.current = false;
    if (signed) go(`applications/${id}`, true);
  };
  return (
    <ScreenFrame title={t('sign.title')} back={`applications/${id}`}>
      <div className="card paper">
        <h2>{t('sign.heading')}</h2>
        {lines.map((line) => (
          <p key={line}>{line}</p>
        ))}
      </div>
      <Field id="days" label={t('sign.days')}>
        {(field) => (
          <select id={field} value={days} onChange={(event) => setDays(Number(event.target.value))}>
            {terms.map((term) => (
              <option key={term} value={term}>
                {t('sign.daysChoice', { days: term })}
              </option>
            ))}
          </select>
        )}
      </Field>
      <p>{t('sign.hint')}</p>
      <SignaturePad label={t('sign.pad')} strokes={strokes} change={setStrokes} />
      {fault === undefined ? null : (
        <p className="fault" role="alert">
          {fault}
        </p>
      )}
      <div className="pair">
        <button onClick={() => setStrokes([])}>{t('sign.clear')}</button>
        <button className="main" onClick={() => void sign()}>
          {t('sign.done')}
        </button>
      </div>
    </ScreenFrame>
  );
}
