import { newKey, type shapes } from '@tongban/console/api';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAgent } from './context.js';
import type { FileRef } from './facts.js';
import type { Application } from './outbox.js';
import { prepareFile } from './photo.js';

const accepted = 'image/jpeg,image/png,image/webp,application/pdf';
const percent = 100;

export type AskedMaterial = Pick<shapes.Material, 'code' | 'name' | 'necessity' | 'note'>;

interface FilesProps {
  /** Of the application. */
  readonly id: string;
  readonly files: readonly FileRef[];
  readonly materials: readonly AskedMaterial[];
  readonly open: boolean;
  /** The application with its papers changed: its own, or those of its supplement. */
  readonly put: (now: Application, change: (files: readonly FileRef[]) => readonly FileRef[]) => Application;
}

/** The papers: each photo is sealed and on the phone's disk before it is shown here. */
export function Files({ id, files, materials, open, put }: FilesProps) {
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
      await keep(() => shelf.change(id, (now) => put(now, (held) => [...held, file]), [{ id: file.id, bytes }]));
    } catch (error) {
      setFault({ material, text: t(error instanceof RangeError ? 'form.tooLarge' : 'form.badPicture') });
    } finally {
      setBusy(undefined);
    }
  };
  const remove = (file: string) =>
    keep(() => shelf.change(id, (now) => put(now, (held) => held.filter((one) => one.id !== file))));
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
