import { call, routes, type shapes } from '@tongban/console/api';
import { useSession } from '@tongban/console/session';
import { useProblemText } from '@tongban/console/shared';
import { Alert, Button, Tag, Upload } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

export type Attachment = shapes.CaseSubmission['attachments'][number];

/** What the server takes as a paper; it looks at the content, not at the name. */
const accepted = '.pdf,.jpg,.jpeg,.png,.ofd';

interface MaterialsProps {
  readonly materials: readonly shapes.Material[];
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
  const add = async (material: string, file: File) => {
    setBusy(material);
    setFault(undefined);
    try {
      const headers = { 'Content-Type': file.type };
      const uploaded = await call(routes.uploadAttachment, { path: { node }, body: file, headers });
      onChange?.([...value, { ...uploaded, material, name: file.name }]);
    } catch (error) {
      setFault(error);
    } finally {
      setBusy(undefined);
    }
  };
  const remove = (digest: string) => onChange?.(value.filter((one) => one.digest !== digest));
  return (
    <>
      {fault === undefined ? null : <Alert type="error" showIcon title={problemText(fault)} />}
      <ul className="rows">
        {materials.map(({ code, name, necessity, note }) => (
          <li key={code} className="material">
            <div>
              {name}{' '}
              <Tag color={necessity === 'required' ? 'error' : 'default'}>{t(`codes.necessity.${necessity}`)}</Tag>
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
            <Upload
              accept={accepted}
              showUploadList={false}
              disabled={busy !== undefined}
              beforeUpload={(file) => {
                void add(code, file);
                return Upload.LIST_IGNORE;
              }}
            >
              <Button loading={busy === code} aria-label={t('addFile', { name })}>
                {t('addFileShort')}
              </Button>
            </Upload>
          </li>
        ))}
      </ul>
    </>
  );
}
