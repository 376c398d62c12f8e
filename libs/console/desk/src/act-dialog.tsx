import { ApiProblem, commandHeaders, newKey, call, routes } from '@tongban/console/api';
import { useSession } from '@tongban/console/session';
import { useProblemText } from '@tongban/console/shared';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, DatePicker, Form, Input, InputNumber, Modal, Radio, Select, Switch } from 'antd';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { actForms, type Command, type Field, type Values } from './acts.js';
import { caseKey, useItem } from './queries.js';

interface ActDialogProps {
  readonly command: Command;
  readonly record: string;
  readonly item: string;
  /** The entry up to which the person has read the case. */
  readonly seq: number;
  readonly close: () => void;
}

/** Days go to the server as the calendar days that were picked, whatever the device's time zone. */
const dayFormat = 'YYYY-MM-DD';
const textRows = 3;
const longestText = 2_000;

/** Asks for what an act needs and does it, once: a second try sends the same key. */
export function ActDialog({ command, record, item, seq, close }: ActDialogProps) {
  const { t } = useTranslation('desk');
  const { node } = useSession();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const problemText = useProblemText();
  const [form] = Form.useForm<Record<string, unknown>>();
  const [key] = useState(newKey);
  const name = t(`commands.${command}`);
  const { fields, send, grave } = actForms[command]!;
  const done = useMutation({
    mutationFn: (values: Values) => send({ path: { node, record }, headers: commandHeaders(key, seq), body: values }),
    onSuccess: ({ state }) => {
      void message.success(t(state === 'done' ? 'done' : 'requested', { act: name }));
      close();
    },
    onError: (error) => {
      if (error instanceof ApiProblem)
        form.setFields(error.fields.map(({ path, message: told }) => ({ name: path, errors: [told] })));
    },
    onSettled: () => queries.invalidateQueries({ queryKey: caseKey(node, record) }),
  });
  return (
    <Modal
      open
      title={name}
      okText={t('submit')}
      cancelText={t('cancel')}
      okButtonProps={{ danger: grave, loading: done.isPending }}
      onOk={() => form.submit()}
      onCancel={close}
      maskClosable={false}
    >
      {done.error === null ? null : <Alert type="error" showIcon title={problemText(done.error)} />}
      <Form form={form} layout="vertical" onFinish={(values) => done.mutate(valuesOf(fields, values))}>
        {fields.map((field) => (
          <Form.Item
            key={field.name}
            name={field.name}
            label={t(`fields.${field.name}`)}
            rules={field.optional === true ? [] : [{ required: field.kind !== 'toggle', message: t('needed') }]}
            {...(field.kind === 'toggle' ? { valuePropName: 'checked', initialValue: true } : {})}
          >
            {inputOf(field, item)}
          </Form.Item>
        ))}
        {fields.length === 0 ? <p>{t('sure', { act: name })}</p> : null}
      </Form>
    </Modal>
  );
}

interface Day {
  format(pattern: string): string;
}

/** What was left empty is left out; days are written as days. */
function valuesOf(fields: readonly Field[], values: Values): Values {
  const given = fields.flatMap(({ name, kind }): [string, unknown][] => {
    const value = values[name];
    if (value === undefined || value === null || value === '') return [];
    return [[name, kind === 'date' ? (value as Day).format(dayFormat) : value]];
  });
  return Object.fromEntries(given);
}

function inputOf(field: Field, item: string): ReactNode {
  switch (field.kind) {
    case 'line':
      return <Input maxLength={longestText} />;
    case 'text':
      return <Input.TextArea rows={textRows} maxLength={longestText} showCount />;
    case 'number':
      return <InputNumber min={1} max={field.max} precision={0} />;
    case 'date':
      return <DatePicker format={dayFormat} />;
    case 'toggle':
      return <Switch />;
    case 'choice':
      return <Choice name={field.name} values={field.values} />;
    case 'materials':
      return <Materials item={item} />;
    case 'departments':
      return <Departments several={field.name === 'departments'} />;
    case 'holder':
      return <Holders />;
  }
}

/** Form.Item gives its input these. */
interface Bound {
  readonly id?: string;
  readonly value?: unknown;
  readonly onChange?: (value: unknown) => void;
}

const fewChoices = 4;

function Choice({
  name,
  values,
  value,
  onChange,
  id,
}: Bound & { readonly name: string; readonly values: readonly string[] }) {
  const { t } = useTranslation('desk');
  const options = values.map((each) => ({ value: each, label: t(`codes.${name}.${each}`) }));
  if (values.length > fewChoices) return <Select id={id} options={options} value={value} onChange={onChange} />;
  return <Radio.Group id={id} options={options} value={value} onChange={(event) => onChange?.(event.target.value)} />;
}

function Materials({ item, ...bound }: Bound & { readonly item: string }) {
  const found = useItem(item);
  const options = found.data?.materials.map(({ code, name }) => ({ value: code, label: name })) ?? [];
  return <Select mode="multiple" options={options} loading={found.isPending} {...bound} />;
}

function Departments({ several, ...bound }: Bound & { readonly several: boolean }) {
  const { node } = useSession();
  const found = useQuery({
    queryKey: ['departments', node],
    queryFn: ({ signal }) => call(routes.listDepartments, { path: { node }, signal }),
  });
  const options = found.data?.departments.map(({ id, name }) => ({ value: id, label: name })) ?? [];
  const mode = several ? { mode: 'multiple' as const } : {};
  return <Select {...mode} options={options} loading={found.isPending} showSearch {...bound} />;
}

/** The tiers above the person's own, to which a case can be handed; a return goes to the one that it came from. */
function Holders(bound: Bound) {
  const { node, divisions } = useSession();
  return (
    <Select
      options={divisions.neighbours(node).map((code) => ({ value: code, label: divisions.name(code) }))}
      showSearch
      {...bound}
    />
  );
}
