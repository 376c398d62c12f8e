import type { shapes } from '@tongban/console/api';
import { officeDay } from '@tongban/console/language';
import { useSession } from '@tongban/console/session';
import { Alert, Button, Form, Input, Radio, Select, Space } from 'antd';
import { useTranslation } from 'react-i18next';
import { ProblemLines } from '../problem-lines.js';
import { runningCases, takenBack, type CellDelegation, type Taking } from './change.js';
import { usePropose, type Sent } from './propose.js';

const longestReason = 1_000;
const reasonRows = 3;

interface TakeFormProps {
  readonly cell: shapes.MatrixCell;
  readonly delegation: CellDelegation;
  readonly sent: (outcome: Sent) => void;
  readonly back: () => void;
}

/** 收回权限: with its day, its reason and what becomes of running cases; in force when a second person has approved it. */
export function TakeForm({ cell, delegation, sent, back }: TakeFormProps) {
  const { t } = useTranslation('catalogue');
  const { divisions, node } = useSession();
  const [form] = Form.useForm<Taking>();
  const proposed = usePropose(sent);
  const rule = Form.useWatch('runningCases', form);
  const above = divisions.above(cell.place.node).filter((each) => divisions.within(node).includes(each));
  return (
    <Form
      form={form}
      layout="vertical"
      initialValues={{ revokedOn: officeDay(1), runningCases: 'handBack' }}
      onFinish={(values) => proposed.mutate(() => takenBack(delegation, values))}
      scrollToFirstError={{ focus: true }}
    >
      <ProblemLines error={proposed.error} />
      {delegation.reaches > 1 ? (
        <Alert type="warning" showIcon title={t('matrix.takesFromMany', { count: delegation.reaches })} />
      ) : null}
      <p className="quiet">{t('matrix.takeHint')}</p>
      <Form.Item name="revokedOn" label={t('matrix.revokedOn')} rules={[{ required: true, message: t('needed') }]}>
        <Input type="date" className="day" min={officeDay()} />
      </Form.Item>
      <Form.Item name="runningCases" label={t('matrix.runningCases')}>
        <Radio.Group
          options={runningCases.map((value) => ({ value, label: t(`matrix.rules.${value}`) }))}
          className="wide"
        />
      </Form.Item>
      {rule === 'handOver' ? (
        <Form.Item name="handTo" label={t('matrix.handTo')} rules={[{ required: true, message: t('needed') }]}>
          <Select options={above.map((value) => ({ value, label: divisions.path(value) || divisions.name(value) }))} />
        </Form.Item>
      ) : null}
      <Form.Item
        name="reason"
        label={t('reason')}
        rules={[{ required: true, whitespace: true, message: t('reasonNeeded') }]}
      >
        <Input.TextArea autoSize={{ minRows: reasonRows }} maxLength={longestReason} showCount />
      </Form.Item>
      <Space wrap>
        <Button type="primary" danger htmlType="submit" loading={proposed.isPending}>
          {t('matrix.send')}
        </Button>
        <Button onClick={back}>{t('matrix.back')}</Button>
      </Space>
    </Form>
  );
}
