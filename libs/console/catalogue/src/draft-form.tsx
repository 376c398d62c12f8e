import { ApiProblem, type shapes } from '@tongban/console/api';
import { useProblemText } from '@tongban/console/shared';
import { useMutation } from '@tanstack/react-query';
import { Alert, Button, Card, Form, Input, InputNumber, Space, Switch } from 'antd';
import { useTranslation } from 'react-i18next';
import { fieldOf, formFields, valuesOf, withValues, type FormValues } from './document.js';
import { useElements } from './queries.js';

const textRows = 2;
const mostDays = 1_000;

interface DraftFormProps {
  readonly document: shapes.ItemDocument;
  readonly save: (document: shapes.ItemDocument) => Promise<unknown>;
  readonly cancel: () => void;
}

/** The elements that a revision most often changes, under the titles of the standard. */
export function DraftForm({ document, save, cancel }: DraftFormProps) {
  const { t } = useTranslation('catalogue');
  const problemText = useProblemText();
  const [form] = Form.useForm<Record<string, unknown>>();
  const elements = useElements();
  const titles = new Map(elements.data?.elements.map(({ field, title }) => [field, title]));
  const saved = useMutation({
    mutationFn: (values: FormValues) => save(withValues(document, values)),
    onError: (error) => {
      if (error instanceof ApiProblem) form.setFields(toldOf(error));
    },
  });
  return (
    <Card>
      <p className="quiet">{t('formHint')}</p>
      {saved.error === null ? null : (
        <Alert type="error" showIcon title={problemText(saved.error)} description={<Elsewhere error={saved.error} />} />
      )}
      <Form
        form={form}
        layout="vertical"
        className="item-form"
        initialValues={valuesOf(document)}
        onFinish={(values) => saved.mutate(values)}
        scrollToFirstError={{ focus: true }}
      >
        {formFields.map(({ field, kind, required }) => (
          <Form.Item
            key={field}
            name={field}
            label={titles.get(field) ?? field}
            rules={required === true ? [{ required, message: t('needed') }] : []}
            {...(kind === 'toggle' ? { valuePropName: 'checked' } : {})}
            {...(kind === 'lines' ? { extra: t('oneEachLine') } : {})}
          >
            <FieldInput kind={kind} />
          </Form.Item>
        ))}
        <Space wrap>
          <Button type="primary" htmlType="submit" loading={saved.isPending}>
            {t('saveDraft')}
          </Button>
          <Button onClick={cancel}>{t('cancel')}</Button>
        </Space>
      </Form>
    </Card>
  );
}

/** Form.Item gives its input value, handler and id. */
function FieldInput({ kind, ...bound }: { readonly kind: (typeof formFields)[number]['kind'] }) {
  switch (kind) {
    case 'line':
      return <Input autoComplete="off" {...bound} />;
    case 'text':
    case 'lines':
      return <Input.TextArea autoSize={{ minRows: textRows }} {...bound} />;
    case 'number':
      return <InputNumber controls={false} min={0} max={mostDays} precision={0} {...bound} />;
    case 'toggle':
      return <Switch {...bound} />;
    case 'date':
      return <Input type="date" className="day" {...bound} />;
  }
}

const toldOf = ({ fields }: ApiProblem) =>
  fields.flatMap(({ path, message }) => {
    const name = fieldOf(path);
    return name === undefined ? [] : [{ name, errors: [message] }];
  });

/** What the host objects to outside of the form, by its path. */
function Elsewhere({ error }: { readonly error: Error }) {
  const told = error instanceof ApiProblem ? error.fields.filter(({ path }) => fieldOf(path) === undefined) : [];
  if (told.length === 0) return null;
  return (
    <ul className="reasons">
      {told.map(({ path, message }) => (
        <li key={path}>
          {path} {message}
        </li>
      ))}
    </ul>
  );
}
