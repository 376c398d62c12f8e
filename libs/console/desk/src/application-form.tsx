import { ApiProblem, type shapes } from '@tongban/console/api';
import { Key, useProblemText } from '@tongban/console/shared';
import { useMutation } from '@tanstack/react-query';
import { Alert, Button, Card, Form, Input, InputNumber, Select, Switch } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Materials, type Attachment } from './materials.js';

export type Application = Omit<shapes.CaseSubmission, 'item' | 'channel'>;

interface FormValues {
  readonly applicantType: Application['applicantType'];
  readonly identityType: Application['identityType'];
  readonly applicant: Application['applicant'];
  readonly form?: Application['form'];
  readonly attachments?: readonly Attachment[];
}

const applicantTypes = [
  ...(['naturalPerson', 'enterprise', 'institution', 'socialOrganisation'] as const),
  ...(['unincorporated', 'governmentAgency', 'other'] as const),
];
const identityTypes = [
  ...(['residentIdentityCard', 'temporaryIdentityCard', 'householdRegister', 'militaryOfficerCard'] as const),
  ...(['passport', 'hongKongMacaoResidentPermit', 'taiwanResidentPermit', 'usccOrganisation', 'other'] as const),
];
/** Typing a part of the words chooses: hands stay on the keyboard. */
const byLabel = { optionFilterProp: 'label' };
const longest = { name: 200, identityNumber: 64, phone: 32, address: 500, text: 2_000 } as const;

/** What the item asks for: who applies, the item's own form, the papers. The server's word on a field stands at the field. */
export function ApplicationForm({
  item,
  submit,
}: {
  readonly item: shapes.Item;
  readonly submit: (application: Application) => Promise<void>;
}) {
  const { t } = useTranslation('desk');
  const problemText = useProblemText();
  const [form] = Form.useForm<FormValues>();
  const sent = useMutation({
    mutationFn: ({ form: own = {}, attachments = [], applicant, ...who }: FormValues) =>
      submit({ ...who, applicant, form: own, attachments: [...attachments] }),
    onError: (error) => {
      if (!(error instanceof ApiProblem)) return;
      const faults = error.fields.map(({ path, message }) => ({ name: path.split('.') as never, errors: [message] }));
      form.setFields(faults);
    },
  });
  const needed = [{ required: true, message: t('needed') }];
  const own = item.applicantForm;
  return (
    <Form<FormValues>
      form={form}
      layout="vertical"
      className="application"
      initialValues={{ applicantType: 'naturalPerson', identityType: 'residentIdentityCard' }}
      onFinish={(values) => sent.mutate(values)}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && event.ctrlKey) form.submit();
      }}
      scrollToFirstError={{ focus: true }}
    >
      <Card title={t('who')}>
        <div className="fields">
          <Form.Item name="applicantType" label={t('fields.applicantType')} rules={needed}>
            <Select
              showSearch={byLabel}
              options={applicantTypes.map((value) => ({ value, label: t(`codes.applicantType.${value}`) }))}
            />
          </Form.Item>
          <Form.Item
            name={['applicant', 'name']}
            label={t('papers/applicant.name', { keySeparator: '/' })}
            rules={needed}
          >
            <Input maxLength={longest.name} autoComplete="off" autoFocus />
          </Form.Item>
          <Form.Item name="identityType" label={t('fields.identityType')} rules={needed}>
            <Select
              showSearch={byLabel}
              options={identityTypes.map((value) => ({ value, label: t(`codes.identityType.${value}`) }))}
            />
          </Form.Item>
          <Form.Item
            name={['applicant', 'identityNumber']}
            label={t('papers/applicant.identityNumber', { keySeparator: '/' })}
            rules={needed}
          >
            <Input maxLength={longest.identityNumber} autoComplete="off" />
          </Form.Item>
          <Form.Item
            name={['applicant', 'phone']}
            label={t('papers/applicant.phone', { keySeparator: '/' })}
            rules={needed}
          >
            <Input maxLength={longest.phone} inputMode="tel" autoComplete="off" />
          </Form.Item>
          <Form.Item name={['applicant', 'address']} label={t('papers/applicant.address', { keySeparator: '/' })}>
            <Input maxLength={longest.address} autoComplete="off" />
          </Form.Item>
        </div>
      </Card>
      {own === undefined || Object.keys(own.properties).length === 0 ? null : (
        <Card title={t('itemForm')}>
          <div className="fields">
            {Object.entries(own.properties).map(([name, field]) => (
              <Form.Item
                key={name}
                name={['form', name]}
                label={field.title}
                extra={field.description}
                rules={own.required.includes(name) && field.type !== 'boolean' ? needed : []}
                {...(field.type === 'boolean' ? { valuePropName: 'checked', initialValue: false } : {})}
              >
                {inputFor(field)}
              </Form.Item>
            ))}
          </div>
        </Card>
      )}
      <Card title={t('materials')}>
        <Form.Item name="attachments" noStyle>
          <Materials materials={item.materials} />
        </Form.Item>
      </Card>
      {sent.error === null ? null : <Alert type="error" showIcon title={problemText(sent.error)} />}
      <Button type="primary" htmlType="submit" size="large" loading={sent.isPending} aria-keyshortcuts="Control+Enter">
        {t('takeIn')}
        <Key>Ctrl+Enter</Key>
      </Button>
    </Form>
  );
}

type OwnField = NonNullable<shapes.Item['applicantForm']>['properties'][string];

function inputFor(field: OwnField): ReactNode {
  if (field.type === 'boolean') return <Switch />;
  if (field.type !== 'string')
    return <InputNumber controls={false} precision={field.type === 'integer' ? 0 : undefined} />;
  if (field.enum !== undefined)
    return <Select showSearch={byLabel} options={field.enum.map((value) => ({ value, label: value }))} />;
  if (field.format === 'date') return <Input type="date" />;
  return <Input maxLength={field.maxLength ?? longest.text} autoComplete="off" />;
}
