import { ApiProblem, commandHeaders, newKey } from '@tongban/console/api';
import { useSession } from '@tongban/console/session';
import { Key, noteHandled, useProblemText } from '@tongban/console/shared';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Form, Modal, type FormInstance } from 'antd';
import { useEffect, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { FieldInput } from './act-fields.js';
import { actForms, shownFields, type Command, type Field, type Values } from './acts.js';
import type { CaseFacts } from './facts.js';
import { noticeDraft } from './notice-draft.js';
import { caseKey, useItem } from './queries.js';

export interface ActDialogProps {
  readonly command: Command;
  readonly record: string;
  readonly item: string;
  readonly facts: CaseFacts;
  /** The entry up to which the person has read the case. */
  readonly seq: number;
  /** `done` is true where the act was done here, false where it was only asked for or given up. */
  readonly close: (done: boolean) => void;
}

/** Asks for what an act needs and does it, once: a second try sends the same key. Ctrl+Enter does it from any field. */
export function ActDialog({ command, record, item, facts, seq, close }: ActDialogProps) {
  const { t } = useTranslation('desk');
  const problemText = useProblemText();
  const [form] = Form.useForm<Record<string, unknown>>();
  const values: Values = Form.useWatch([], form) ?? {};
  const { fields, grave } = actForms[command]!;
  const shown = shownFields(fields, values, facts.item.regime);
  const name = t(`commands.${command}`);
  const done = useAct({ command, record, item, facts, seq, close }, (told) => form.setFields(told));
  useNoticeDraft(command, item, form);
  const send = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && event.ctrlKey) form.submit();
  };
  return (
    <Modal
      open
      title={name}
      okText={
        <>
          {t('submit')}
          <Key>Ctrl+Enter</Key>
        </>
      }
      cancelText={t('cancel')}
      okButtonProps={{
        danger: grave,
        loading: done.isPending,
        'aria-keyshortcuts': 'Control+Enter',
        autoFocus: shown.length === 0,
      }}
      onOk={() => form.submit()}
      onCancel={() => close(false)}
      mask={{ closable: false }}
      afterOpenChange={(open) => (open ? focusFirst() : undefined)}
    >
      {done.error === null ? null : <Alert type="error" showIcon title={problemText(done.error)} />}
      <Form
        form={form}
        layout="vertical"
        className="act"
        onFinish={() => done.mutate(valuesOf(shown, form.getFieldsValue(), facts))}
        onKeyDown={send}
        initialValues={initialOf(fields)}
      >
        {shown.map((field) => (
          <Form.Item
            key={field.name}
            name={field.name}
            label={t(`fields.${field.name}`)}
            rules={isFree(field) ? [] : [{ required: true, message: t('needed') }]}
            {...(field.kind === 'toggle' ? { valuePropName: 'checked' } : {})}
          >
            <FieldInput field={field} item={item} facts={facts} />
          </Form.Item>
        ))}
        {fields.length === 0 ? <p>{t('sure', { act: name })}</p> : null}
      </Form>
    </Modal>
  );
}

/** Antd puts the focus on the dialog as a whole; hands want the first field, or the button where there is none. */
function focusFirst(): void {
  const first = '.act input:not([type=hidden], [type=file]), .act textarea, .act button';
  const place = document.querySelector<HTMLElement>(`.act .ant-radio-input:checked, ${first}`);
  (place ?? document.querySelector<HTMLElement>('.ant-modal-footer .ant-btn-primary'))?.focus();
}

const isFree = ({ optional, kind }: Field): boolean => optional === true || kind === 'toggle' || kind === 'given';

const initialOf = (fields: readonly Field[]): Values =>
  Object.fromEntries(
    fields.flatMap(({ name, kind, initial }): [string, unknown][] =>
      initial === undefined ? (kind === 'toggle' ? [[name, true]] : []) : [[name, initial]],
    ),
  );

type Told = { readonly name: string; readonly errors: string[] }[];

function useAct({ command, record, seq, close }: ActDialogProps, showFaults: (told: Told) => void) {
  const { t } = useTranslation('desk');
  const { node } = useSession();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [key] = useState(newKey);
  const { send, fields } = actForms[command]!;
  // What the route wants to have said even where there is nothing to say.
  const nothing = fields.some(({ kind }) => kind === 'faults') ? { faults: [] } : {};
  return useMutation({
    mutationFn: (values: Values) =>
      send({ path: { node, record }, headers: commandHeaders(key, seq), body: { ...nothing, ...values } }),
    onSuccess: ({ state }) => {
      noteHandled(record);
      void message.success(t(state === 'done' ? 'done' : 'requested', { act: t(`commands.${command}`) }));
      close(state === 'done');
    },
    onError: (error) => {
      if (error instanceof ApiProblem)
        showFaults(error.fields.map(({ path, message: told }) => ({ name: path, errors: [told] })));
    },
    onSettled: () => queries.invalidateQueries({ queryKey: caseKey(node, record) }),
  });
}

/** 一次性告知: the words begin with the papers that were chosen, until the clerk writes other ones. */
function useNoticeDraft(command: Command, item: string, form: FormInstance<Record<string, unknown>>): void {
  const { data } = useItem(item);
  const chosen = Form.useWatch('materials', form) as readonly string[] | undefined;
  const [drafted, setDrafted] = useState('');
  useEffect(() => {
    if (command !== 'requestSupplement' || data === undefined) return;
    const written = (form.getFieldValue('text') as string | undefined) ?? '';
    const draft = noticeDraft(data.materials, chosen ?? []);
    if (written !== drafted || draft === drafted) return;
    form.setFieldValue('text', draft);
    setDrafted(draft);
  }, [chosen, command, data, drafted, form]);
}

interface Day {
  format(pattern: string): string;
}

/** Days go to the server as the calendar days that were picked, whatever the device's time zone. */
const dayFormat = 'YYYY-MM-DD';

/** What was left empty is left out; days are written as days. */
function valuesOf(fields: readonly Field[], values: Values, facts: CaseFacts): Values {
  const given = fields.flatMap((field): [string, unknown][] => {
    if (field.kind === 'given') return [[field.name, field.from(facts)]];
    const value = values[field.name];
    if (value === undefined || value === null || value === '') return [];
    return [[field.name, field.kind === 'date' ? (value as Day).format(dayFormat) : value]];
  });
  return Object.fromEntries(given);
}
