import { call, routes, type shapes } from '@tongban/console/api';
import { useSession } from '@tongban/console/session';
import { useProblemText } from '@tongban/console/shared';
import { Alert, Space, Tag } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FileButton } from './file-button.js';
import { TakePicture } from './take-picture.js';

export type Attachment = shapes.CaseSubmission['attachments'][number];

/** What the server takes as a paper; it looks at the content, not at the name. */
const accepted = '.pdf,.jpg,.jpeg,.png,.ofd';

/** A paper to be handed in; where it was asked for by a notice, how necessary it is goes without saying. */
type Asked = Pick<shapes.Material, 'code' | 'name'> & Partial<Pick<shapes.Material, 'necessity' | 'note'>>;

interface MaterialsProps {
  readonly materials: readonly Asked[];
  readonly value?: readonly Attachment[];
  readonly onChange?: (attachments: readonly Attachment[]) => void;
}

/** The list of papers of an item, each with the files handed in for it; a file is on the server before the case is. */
export function Materials({ materials, value = [], onChange }: MaterialsProps) {
  const { t } = useTranslation('desk');
  const { node } = useSession();
  const problemText = useProblemText();
  const [busy, setBusy] = useState<string>();
  const [fault, setFault] = useState<unknown>();
  // Files follow one another, so that none is lost to the one before it; buttons stay usable and keep the focus.
  const newest = useRef(value);
  const last = useRef(Promise.resolve());
  useEffect(() => {
    newest.current = value;
  }, [value]);
  const upload = async (material: string, file: File) => {
    setBusy(material);
    setFault(undefined);
    try {
      const headers = { 'Content-Type': file.type };
      const uploaded = await call(routes.uploadAttachment, { path: { node }, body: file, headers });
      newest.current = [...newest.current, { ...uploaded, material, name: file.name }];
      onChange?.(newest.current);
    } catch (error) {
      setFault(error);
    } finally {
      setBusy(undefined);
    }
  };
  const add = (material: string, file: File): void => {
    last.current = last.current.then(() => upload(material, file));
  };
  const required = materials.filter(({ necessity = 'required' }) => necessity === 'required');
  const missing = required.filter(({ code }) => !value.some(({ material }) => material === code));
  const remove = (digest: string) => onChange?.(value.filter((one) => one.digest !== digest));
  return (
    <>
      {fault === undefined ? null : <Alert type="error" showIcon title={problemText(fault)} />}
      <p className="quiet" role="status">
        {t('checklist', { given: required.length - missing.length, needed: required.length })}
      </p>
      <ul className="rows">
        {materials.map(({ code, name, necessity, note }) => (
          <li key={code} className="material">
            <div>
              {name}{' '}
              {necessity === undefined ? null : (
                <Tag color={necessity === 'required' ? 'error' : 'default'}>{t(`codes.necessity.${necessity}`)}</Tag>
              )}
              {note === undefined ? null : <div className="quiet">{note}</div>}
              {value
                .filter(({ material }) => material === code)
                .map(({ digest, name: file }) => (
                  <Tag
                    key={digest}
                    closable
                    closeIcon={<span aria-label={t('remove', { file })}>×</span>}
                    onClose={() => remove(digest)}
                  >
                    {file}
                  </Tag>
                ))}
            </div>
            <Space wrap>
              <FileButton
                label={t('addFile', { name })}
                text={t('addFileShort')}
                accept={accepted}
                loading={busy === code}
                chosen={(file) => add(code, file)}
              />
              <TakePicture name={name} taken={(file) => add(code, file)} />
            </Space>
          </li>
        ))}
      </ul>
    </>
  );
}
