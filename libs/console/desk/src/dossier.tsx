import { call, routes } from '@tongban/console/api';
import { formatInstant, useLanguage } from '@tongban/console/language';
import { useSession } from '@tongban/console/session';
import { Failure, Loading } from '@tongban/console/shared';
import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Descriptions, Form, Input, Modal, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useReadsPapers } from './papers.js';
import { caseKey, useEntries, useItem } from './queries.js';
import { linesOf, type DossierLine } from './dossier-lines.js';

const purposes = ['check', 'contact', 'supervise', 'other'] as const;
/** What is shown in full hides itself again: a window's screen is seen by more than one pair of eyes. */
const fullSightMs = 120_000;

/** The sealed part of the case for those who handle it; whoever only watches is told why there is nothing to see. */
export function Dossier(props: { readonly record: string; readonly item: string }) {
  const { t } = useTranslation('desk');
  if (!useReadsPapers()) return <p className="plain">{t('dossierNotYours')}</p>;
  return <Opened {...props} />;
}

/** Masked, or in full with a purpose that is recorded. */
function Opened({ record, item }: { readonly record: string; readonly item: string }) {
  const { t } = useTranslation('desk');
  const { node } = useSession();
  const [purpose, setPurpose] = useState<string>();
  const [asking, setAsking] = useState(false);
  const query = purpose === undefined ? {} : { full: 'true' as const, purpose };
  const sight = useQuery({
    queryKey: [...caseKey(node, record), 'dossier', purpose ?? ''],
    queryFn: ({ signal }) => call(routes.openDossier, { path: { node, record }, query, signal }),
    // A reading in full is an act on record: it is not repeated behind the reader's back.
    staleTime: purpose === undefined ? undefined : Infinity,
    gcTime: purpose === undefined ? undefined : 0,
    retry: false,
  });
  const labelOf = useFieldLabels(item);
  const stepped = useSteps(record);
  const show = (why: string) => {
    setAsking(false);
    setPurpose(why);
    setTimeout(() => setPurpose(undefined), fullSightMs);
  };
  if (sight.error !== null) return <Failure error={sight.error} />;
  if (sight.data === undefined) return <Loading />;
  return (
    <>
      {purpose === undefined ? (
        <Alert
          type="info"
          showIcon
          title={t('dossierMasked')}
          action={<Button onClick={() => setAsking(true)}>{t('showFull')}</Button>}
        />
      ) : (
        <Button onClick={() => setPurpose(undefined)}>{t('hideAgain')}</Button>
      )}
      <Descriptions
        column={1}
        bordered
        size="small"
        items={linesOf(sight.data.parts).map((line) => ({
          key: line.key,
          label: stepped.label(line, labelOf(line.field)),
          children: stepped.value(line),
        }))}
      />
      <Why open={asking} cancel={() => setAsking(false)} show={show} />
    </>
  );
}

/** Titles of the item's own form; ours for what every application has. */
function useFieldLabels(item: string): (field: string) => string {
  const { t } = useTranslation('desk');
  const { data } = useItem(item);
  return (field) => {
    const own = data?.applicantForm?.properties[field.replace(/^form\./, '')];
    if (field.startsWith('form.') && own !== undefined) return own.title;
    return t(`papers/${field.replace(/\.\d+/g, '')}`, { keySeparator: '/', defaultValue: field });
  };
}

/** What staff wrote is told with its step, whoever handled it with the time as well. */
function useSteps(record: string) {
  const { t } = useTranslation('desk');
  const language = useLanguage();
  const { data } = useEntries(record);
  const label = ({ step }: DossierLine, field: string): string =>
    step === undefined
      ? field
      : t('ofStep', { step: t(`entry/${step.type}`, { keySeparator: '/', defaultValue: step.type }), field });
  const value = ({ field, step, value: text }: DossierLine): string => {
    const entry = field === 'handlerName' ? data?.entries.find(({ seq }) => seq === step?.seq) : undefined;
    return entry === undefined ? text : t('handledAt', { name: text, at: formatInstant(entry.occurredAt, language) });
  };
  return { label, value };
}

interface WhyProps {
  readonly open: boolean;
  readonly cancel: () => void;
  readonly show: (why: string) => void;
}

interface Reason {
  readonly kind: (typeof purposes)[number];
  readonly text?: string;
}

function Why({ open, cancel, show }: WhyProps) {
  const { t } = useTranslation('desk');
  const [form] = Form.useForm<Reason>();
  const kind = Form.useWatch('kind', form);
  return (
    <Modal
      open={open}
      title={t('whyTitle')}
      okText={t('showFull')}
      cancelText={t('cancel')}
      onCancel={cancel}
      onOk={() => form.submit()}
      destroyOnHidden
    >
      <Form<Reason>
        form={form}
        layout="vertical"
        initialValues={{ kind: 'check' }}
        onFinish={({ kind: chosen, text }) => show(chosen === 'other' ? (text ?? '') : t(`purposes.${chosen}`))}
      >
        <Form.Item name="kind" label={t('whyLabel')} extra={t('whyHint')}>
          <Select options={purposes.map((value) => ({ value, label: t(`purposes.${value}`) }))} />
        </Form.Item>
        {kind === 'other' ? (
          <Form.Item name="text" label={t('purposes.other')} rules={[{ required: true, min: 2, max: 200 }]}>
            <Input maxLength={200} />
          </Form.Item>
        ) : null}
      </Form>
    </Modal>
  );
}
