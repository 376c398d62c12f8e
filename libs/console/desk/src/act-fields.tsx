import { call, routes } from '@tongban/console/api';
import { useSession } from '@tongban/console/session';
import { useQuery } from '@tanstack/react-query';
import { DatePicker, Input, InputNumber, Radio, Select, Space, Switch } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Field } from './acts.js';
import { askedFor, yuan, type CaseFacts } from './facts.js';
import { Materials, type Attachment } from './materials.js';
import { Projects } from './projects.js';
import { useItem } from './queries.js';

const textRows = 3;
const longestText = 2_000;

/** Form.Item gives its input these. */
export interface Bound {
  readonly id?: string;
  readonly value?: unknown;
  readonly onChange?: (value: unknown) => void;
}

interface FieldInputProps extends Bound {
  readonly field: Field;
  readonly item: string;
  readonly facts: CaseFacts;
}

/** The input that suits a field of an act. */
export function FieldInput({ field, item, facts, ...bound }: FieldInputProps) {
  const text = bound as { readonly id?: string; readonly value?: string };
  switch (field.kind) {
    case 'line':
      return <Input maxLength={longestText} autoComplete="off" {...text} />;
    case 'text':
      return <Input.TextArea autoSize={{ minRows: textRows }} maxLength={longestText} showCount {...text} />;
    case 'number':
      return <InputNumber controls={false} min={1} max={field.max} precision={0} {...(bound as object)} />;
    case 'date':
      return <DatePicker {...(bound as object)} />;
    case 'toggle':
      return <Switch {...(bound as object)} />;
    case 'choice':
      return <Choice name={field.name} values={field.values} {...bound} />;
    case 'materials':
      return <MaterialNames item={item} {...bound} />;
    case 'faults':
      return <Faults item={item} {...bound} />;
    case 'attachments':
      return <Supplements item={item} facts={facts} {...bound} />;
    case 'projects':
      return <Projects standards={facts.item.fees ?? []} {...(bound as object)} />;
    case 'parcel':
      return <Parcel {...bound} />;
    case 'departments':
      return <Departments several={field.name === 'departments'} {...bound} />;
    case 'holder':
      return <Holders {...bound} />;
    case 'given': {
      const value = field.from(facts);
      return <output id={bound.id}>{typeof value === 'number' ? yuan(value) : value}</output>;
    }
  }
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
  if (values.length > fewChoices)
    return (
      <Select id={id} showSearch={{ optionFilterProp: 'label' }} options={options} value={value} onChange={onChange} />
    );
  return <Radio.Group id={id} options={options} value={value} onChange={(event) => onChange?.(event.target.value)} />;
}

function MaterialNames({ item, ...bound }: Bound & { readonly item: string }) {
  const found = useItem(item);
  const options = found.data?.materials.map(({ code, name }) => ({ value: code, label: name })) ?? [];
  return (
    <Select
      mode="multiple"
      showSearch={{ optionFilterProp: 'label' }}
      options={options}
      loading={found.isPending}
      {...bound}
    />
  );
}

/** Papers that a notice asked for, handed in at the window. */
function Supplements({ item, facts, value, onChange }: Bound & { readonly item: string; readonly facts: CaseFacts }) {
  const { data } = useItem(item);
  const asked = askedFor(facts) ?? [];
  const materials = asked.map((code) => data?.materials.find((one) => one.code === code) ?? { code, name: code });
  return <Materials materials={materials} value={value as readonly Attachment[]} onChange={onChange} />;
}

const faults = ['missing', 'unclear', 'expired', 'wrongForm', 'inconsistent'] as const;
type Fault = { readonly material: string; readonly fault: string };

/** 预审不通过: everything that is wrong with the papers, told at once. */
function Faults({ item, value, onChange }: Bound & { readonly item: string }) {
  const { t } = useTranslation('desk');
  const { data } = useItem(item);
  const found = (value as readonly Fault[] | undefined) ?? [];
  const change = (material: string, fault: string | undefined): void => {
    const others = found.filter((one) => one.material !== material);
    onChange?.(fault === undefined ? others : [...others, { material, fault }]);
  };
  return (
    <ul className="rows">
      {data?.materials.map(({ code, name }) => (
        <li key={code} className="material">
          <span>{name}</span>
          <Select
            className="filter"
            aria-label={t('faultOf', { name })}
            allowClear
            placeholder={t('noFault')}
            value={found.find(({ material }) => material === code)?.fault}
            onChange={(fault?: string) => change(code, fault)}
            options={faults.map((each) => ({ value: each, label: t(`codes.fault.${each}`) }))}
          />
        </li>
      ))}
    </ul>
  );
}

interface ParcelValue {
  readonly carrier?: string;
  readonly trackingNumber?: string;
}

function Parcel({ id, value, onChange }: Bound) {
  const { t } = useTranslation('desk');
  const parcel = (value as ParcelValue | undefined) ?? {};
  const change = (part: ParcelValue): void => {
    const { carrier = '', trackingNumber = '' } = { ...parcel, ...part };
    onChange?.(carrier === '' && trackingNumber === '' ? undefined : { carrier, trackingNumber });
  };
  return (
    <Space.Compact block>
      <Input
        id={id}
        placeholder={t('carrier')}
        aria-label={t('carrier')}
        maxLength={100}
        value={parcel.carrier}
        onChange={(event) => change({ carrier: event.target.value })}
      />
      <Input
        placeholder={t('trackingNumber')}
        aria-label={t('trackingNumber')}
        maxLength={40}
        value={parcel.trackingNumber}
        onChange={(event) => change({ trackingNumber: event.target.value })}
      />
    </Space.Compact>
  );
}

function Departments({ several, ...bound }: Bound & { readonly several: boolean }) {
  const { node } = useSession();
  const found = useQuery({
    queryKey: ['departments', node],
    queryFn: ({ signal }) => call(routes.listDepartments, { path: { node }, signal }),
  });
  const options = found.data?.departments.map(({ id, name }) => ({ value: id, label: name })) ?? [];
  const mode = several ? { mode: 'multiple' as const } : {};
  return (
    <Select
      {...mode}
      options={options}
      loading={found.isPending}
      showSearch={{ optionFilterProp: 'label' }}
      {...bound}
    />
  );
}

/** The tiers next to the person's own, to which a case can be handed; a return goes to the one that it came from. */
function Holders(bound: Bound) {
  const { node, divisions } = useSession();
  return (
    <Select
      options={divisions.neighbours(node).map((code) => ({ value: code, label: divisions.name(code) }))}
      showSearch={{ optionFilterProp: 'label' }}
      {...bound}
    />
  );
}
