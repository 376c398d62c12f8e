import type { shapes } from '@tongban/console/api';
import { officeDay } from '@tongban/console/language';
import { Button, Checkbox, Form, Input, Radio, Select, Space } from 'antd';
import { useTranslation } from 'react-i18next';
import { ProblemLines } from '../problem-lines.js';
import type { Tier } from './asked.js';
import { forms, given, powers, type Giving } from './change.js';
import { usePropose, type Sent } from './propose.js';

const longestDocument = 200;

interface GiveFormProps {
  readonly cell: shapes.MatrixCell;
  readonly place: string;
  /** Tiers that can give. */
  readonly from: readonly Tier[];
  readonly sent: (outcome: Sent) => void;
  readonly back: () => void;
}

/** 授予权限: put forward here, in force when a second person has approved it. */
export function GiveForm({ cell, place, from, sent, back }: GiveFormProps) {
  const { t } = useTranslation('catalogue');
  const [form] = Form.useForm<Giving>();
  const proposed = usePropose(sent);
  const [giver] = from;
  const isSole = cell.place.tier === 'city';
  return (
    <Form
      form={form}
      layout="vertical"
      initialValues={{ from: giver, reach: 'place', form: 'devolved', powers: ['submit'], validFrom: officeDay(1) }}
      onFinish={(values) => proposed.mutate((key) => given(cell, values, key))}
      scrollToFirstError={{ focus: true }}
    >
      <ProblemLines error={proposed.error} />
      <p className="quiet">{t('matrix.giveHint')}</p>
      {/* Not `required`: a group of boxes may not bear `aria-required`. */}
      <Form.Item name="powers" label={t('powers')} rules={[{ type: 'array', min: 1, message: t('needed') }]}>
        <Checkbox.Group options={powers.map((value) => ({ value, label: t(`codes.power.${value}`) }))} />
      </Form.Item>
      <Form.Item name="reach" label={t('matrix.reach')}>
        <Radio.Group>
          <Radio value="place">{t('matrix.onlyPlace', { place })}</Radio>
          <Radio value="tier" disabled={isSole}>
            {t('wholeTier', { tier: t(`codes.level.${cell.place.tier}`) })}
          </Radio>
        </Radio.Group>
      </Form.Item>
      <div className="fields">
        <Form.Item name="from" label={t('matrix.giver')}>
          <Select options={from.map((value) => ({ value, label: t(`codes.level.${value}`) }))} />
        </Form.Item>
        <Form.Item name="form" label={t('matrix.form')}>
          <Select options={forms.map((value) => ({ value, label: t(`matrix.forms.${value}`) }))} />
        </Form.Item>
        <Form.Item name="validFrom" label={t('matrix.validFrom')} rules={[{ required: true, message: t('needed') }]}>
          <Input type="date" />
        </Form.Item>
        <Form.Item name="validTo" label={t('matrix.validTo')}>
          <Input type="date" />
        </Form.Item>
      </div>
      <Form.Item name="document" label={t('matrix.document')}>
        <Input maxLength={longestDocument} autoComplete="off" />
      </Form.Item>
      <Space wrap>
        <Button type="primary" htmlType="submit" loading={proposed.isPending}>
          {t('matrix.send')}
        </Button>
        <Button onClick={back}>{t('matrix.back')}</Button>
      </Space>
    </Form>
  );
}
