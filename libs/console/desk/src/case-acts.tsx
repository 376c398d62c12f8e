import { Failure, Key, Loading, Nothing, useShortcut } from '@tongban/console/shared';
import type { shapes } from '@tongban/console/api';
import { Alert, Button, Space } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ActDialog } from './act-dialog.js';
import { actForms, type Command } from './acts.js';
import { factsOf } from './facts.js';
import { usePrint } from './print.js';
import { useActs, useDocuments } from './queries.js';

const order = Object.keys(actForms);

interface CaseActsProps {
  readonly found: shapes.Case;
}

/**
 * What the person can do with the case now, the most likely first. Hands stay where they are: the first act has the
 * focus when the case is opened and after each act, unless a paper was issued, which is offered for printing.
 */
export function CaseActs({ found }: CaseActsProps) {
  const { t } = useTranslation('desk');
  const { record, item, seq } = found;
  const { data, error, refetch } = useActs(record);
  const documents = useDocuments(record).data?.documents ?? [];
  const [open, setOpen] = useState<Command>();
  const [before, setBefore] = useState<{ readonly command: Command; readonly known: readonly string[] }>();
  const first = useRef<HTMLButtonElement>(null);
  const offered = (data?.acts ?? [])
    .flatMap(({ command }) => (actForms[command] === undefined ? [] : [command]))
    .sort((one, other) => order.indexOf(one) - order.indexOf(other));
  const issued = before === undefined ? [] : documents.filter(({ id }) => !before.known.includes(id));
  const leading = offered[0];
  useEffect(() => {
    const elsewhere = document.activeElement !== document.body && document.activeElement !== null;
    if (!elsewhere && open === undefined && issued.length === 0) first.current?.focus();
  }, [leading, open, issued.length]);
  useShortcut('F9', () => setOpen(leading), leading !== undefined && open === undefined);
  // What was once read stays: a look in the background that fails must not take an open dialog away.
  if (data === undefined) return error === null ? <Loading /> : <Failure error={error} again={() => void refetch()} />;
  return (
    <>
      {issued.length === 0 || before === undefined ? null : (
        <Issued record={record} documents={issued} act={t(`commands.${before.command}`)} />
      )}
      {offered.length === 0 ? (
        <Nothing text={t('noActs')} />
      ) : (
        <Space wrap>
          {offered.map((command, place) => (
            <Button
              key={command}
              ref={place === 0 ? first : undefined}
              type={place === 0 ? 'primary' : 'default'}
              aria-keyshortcuts={place === 0 ? 'F9' : undefined}
              onClick={() => setOpen(command)}
            >
              {t(`commands.${command}`)}
              {place === 0 ? <Key>F9</Key> : null}
            </Button>
          ))}
        </Space>
      )}
      {open === undefined ? null : (
        <ActDialog
          command={open}
          record={record}
          item={item.code}
          facts={factsOf(found)}
          seq={seq}
          close={(done) => {
            if (done) setBefore({ command: open, known: documents.map(({ id }) => id) });
            setOpen(undefined);
          }}
        />
      )}
    </>
  );
}

interface IssuedProps {
  readonly record: string;
  readonly documents: readonly shapes.CaseDocument[];
  readonly act: string;
}

/** 受理通知书, 补正告知书…: what the act has issued, to be printed and handed over at once. */
function Issued({ record, documents, act }: IssuedProps) {
  const { t } = useTranslation('desk');
  const { printing, printed, printDocument } = usePrint(record);
  return (
    <Alert
      className="issued"
      type="success"
      showIcon
      title={t('issued', { act })}
      description={
        <Space wrap>
          {documents.map(({ id, title }, place) => (
            <Button
              key={id}
              autoFocus={place === 0}
              loading={printing && printed?.file === `${id}.pdf`}
              onClick={() => printDocument(`${id}.pdf`)}
            >
              {t('printNamed', { title })}
            </Button>
          ))}
        </Space>
      }
    />
  );
}
