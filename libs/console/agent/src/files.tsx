import { newKey, type shapes } from '@tongban/console/api';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAgent } from './context.js';
import { next, type Application, type FileRef } from './outbox.js';
import { prepareFile } from './photo.js';

const accepted = 'image/jpeg,image/png,image/webp,application/pdf';
const percent = 100;

interface FilesProps {
  readonly application: Application;
  readonly materials: readonly shapes.Material[];
  readonly open: boolean;
}

/** The papers: each photo is sealed and on the phone's disk before it is shown here. */
export function Files({ application: { id, files }, materials, open }: FilesProps) {
  const { t } = useTranslation('agent');
  const { shelf, keep } = useAgent();
  const [busy, setBusy] = useState<string>();
  const [fault, setFault] = useState<{ readonly material: string; readonly text: string }>();
  const add = async (material: string, chosen: File) => {
    setBusy(material);
    setFault(undefined);
    try {
      const { name, mediaType, sealed } = await prepareFile(chosen);
      const { bytes, digest, key, size } = sealed;
      const file: FileRef = {
        ...{ id: newKey(), material, name, mediaType, size, sealedSize: bytes.length, digest, key, registered: false },
      };
      await keep(() =>
        shelf.change(id, (now) => ({ ...edit(now), files: [...now.files, file] }), [{ id: file.id, bytes }]),
      );
    } catch (error) {
      setFault({ material, text: t(error instanceof RangeError ? 'form.tooLarge' : 'form.badPicture') });
    } finally {
      setBusy(undefined);
    }
  };
  const remove = (file: string) =>
    keep(() => shelf.change(id, (now) => ({ ...edit(now), files: now.files.filter((one) => one.id !== file) })));
  return (
    <section className="card">
      <h2>{t('form.materials')}</h2>
      <ul className="materials">
        {materials
          .filter(({ necessity }) => necessity !== 'exempt')
          .map(({ code, name, necessity, note }) => (
            <li key={code}>
              <p>
                {name}{' '}
                <span className={necessity === 'required' ? 'need' : 'quiet'}>{t(`necessity.${necessity}`)}</span>
              </p>
              {note === undefined ? null : <p className="quiet">{note}</p>}
              <ul>
                {files
                  .filter(({ material }) => material === code)
                  .map((file) => (
                    <OneFile key={file.id} file={file} remove={open ? () => void remove(file.id) : undefined} />
                  ))}
              </ul>
              {open ? (
                <label className="button">
                  {busy === code ? t('form.saving') : t('form.photo')}
                  <input
                    type="file"
                    accept={accepted}
                    aria-label={t('form.photoFor', { name })}
                    disabled={busy !== undefined}
                    onChange={({ target }) => {
                      const [chosen] = target.files ?? [];
                      if (chosen !== undefined) void add(code, chosen);
                      target.value = '';
                    }}
                  />
                </label>
              ) : null}
              {fault?.material === code ? (
                <p className="fault" role="alert">
                  {fault.text}
                </p>
              ) : null}
            </li>
          ))}
      </ul>
    </section>
  );
}

const edit = (application: Application): Application => ({
  ...application,
  state: next(application.state, 'edit') ?? application.state,
});

function OneFile({ file, remove }: { readonly file: FileRef; readonly remove?: () => void }) {
  const { t } = useTranslation('agent');
  const { sending } = useAgent();
  const share = file.registered ? 1 : sending.shares.get(file.id);
  return (
    <li className="file">
      <span>{file.name}</span>
      <span className="quiet">
        {share === undefined
          ? t('form.saved')
          : t('form.uploading', { name: '', percent: Math.round(share * percent) })}
      </span>
      {remove === undefined ? null : (
        <button onClick={remove} aria-label={t('form.removeFile', { name: file.name })}>
          {t('form.remove')}
        </button>
      )}
    </li>
  );
}
