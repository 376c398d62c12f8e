import { call, routes, type shapes } from '@tongban/console/api';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Failure } from '../ui.js';

export type Attachment = shapes.CaseSubmission['attachments'][number];

/** What the server takes as a paper; it looks at the content, not at the name. */
const accepted = '.pdf,.jpg,.jpeg,.png,.ofd';

interface MaterialsProps {
  readonly node: string;
  readonly materials: readonly shapes.Material[];
  readonly value: readonly Attachment[];
  readonly change: (attachments: readonly Attachment[]) => void;
  /** Somebody tried to send: what is missing is said now. */
  readonly tried: boolean;
}

/** The papers of an item, each with what was handed in for it; a file is on the server before the application is. */
export function Materials({ node, materials, value, change, tried }: MaterialsProps) {
  const { t } = useTranslation('public');
  const [busy, setBusy] = useState<string>();
  const [fault, setFault] = useState<unknown>();
  const add = async (material: string, file: File) => {
    setBusy(material);
    setFault(undefined);
    try {
      const headers = { 'Content-Type': file.type };
      const uploaded = await call(routes.uploadAttachment, { path: { node }, body: file, headers });
      change([...value, { ...uploaded, material, name: file.name }]);
    } catch (error) {
      setFault(error);
    } finally {
      setBusy(undefined);
    }
  };
  return (
    <>
      {fault === undefined ? null : <Failure error={fault} />}
      <ul className="rows materials">
        {materials.map(({ code, name, necessity, note }) => {
          const files = value.filter(({ material }) => material === code);
          const missing = tried && necessity === 'required' && files.length === 0;
          return (
            <li key={code}>
              <strong>{name}</strong>
              <p className="tags">
                <span className={necessity === 'required' ? 'strong' : undefined}>{t(`necessity.${necessity}`)}</span>
              </p>
              {note === undefined ? null : <p className="quiet">{note}</p>}
              {missing ? <p className="fault">{t('materialNeeded')}</p> : null}
              <ul className="files">
                {files.map(({ digest, name: file }) => (
                  <li key={digest}>
                    {file}
                    <button
                      type="button"
                      className="plain"
                      aria-label={t('removeFile', { file })}
                      onClick={() => change(value.filter((one) => one.digest !== digest))}
                    >
                      ×
                    </button>
                  </li>
                ))}
              </ul>
              <label className={busy === undefined ? 'button small' : 'button small waiting'}>
                {busy === code ? t('uploading') : t('addFile')}
                <input
                  type="file"
                  className="hidden-file"
                  accept={accepted}
                  aria-label={t('addFileFor', { name })}
                  disabled={busy !== undefined}
                  onChange={(event) => {
                    const [file] = event.target.files ?? [];
                    if (file !== undefined) void add(code, file);
                    event.target.value = '';
                  }}
                />
              </label>
            </li>
          );
        })}
      </ul>
    </>
  );
}
