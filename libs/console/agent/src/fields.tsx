import type { shapes } from '@tongban/console/api';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Application } from './outbox.js';
import { Field } from './parts.js';

export const identityPattern = '[0-9]{17}[0-9X]';
const longestText = 2_000;
const longLine = 60;

type Values = Application['form'];
type FieldShape = shapes.ApplicantForm['properties'][string];

interface ItemFieldsProps {
  readonly item: shapes.Item;
  readonly values: Values;
  readonly change: (values: Values) => void;
}

/** The item's own form; what a field takes is asked of the browser, which says it in the person's language. */
export function ItemFields({ item, values, change }: ItemFieldsProps) {
  const { t } = useTranslation('agent');
  const [own, setOwn] = useState(values);
  const { properties, required } = item.applicantForm;
  const names = Object.keys(properties);
  if (names.length === 0) return null;
  const set = (name: string, value: string | number | boolean | undefined) => {
    const { [name]: _old, ...rest } = own;
    const now = value === undefined ? rest : { ...rest, [name]: value };
    setOwn(now);
    change(now);
  };
  return (
    <section className="card">
      <h2>{t('form.item')}</h2>
      {names.map((name) => (
        <Field key={name} id={`form-${name}`} label={properties[name]!.title} hint={properties[name]!.description}>
          {(id) => (
            <Control
              id={id}
              field={properties[name]!}
              required={required.includes(name)}
              value={own[name]}
              change={(value) => set(name, value)}
            />
          )}
        </Field>
      ))}
    </section>
  );
}

interface ControlProps {
  readonly id: string;
  readonly field: FieldShape;
  readonly required: boolean;
  readonly value: string | number | boolean | undefined;
  readonly change: (value: string | number | boolean | undefined) => void;
}

const textOf = (text: string): string | undefined => (text === '' ? undefined : text);

function Control({ id, field, required, value, change }: ControlProps) {
  const { t } = useTranslation('agent');
  if (field.type === 'boolean') {
    return (
      <input id={id} type="checkbox" checked={value === true} onChange={(event) => change(event.target.checked)} />
    );
  }
  const shown = value === undefined ? '' : String(value);
  if (field.type !== 'string') {
    const number = (text: string) => (text === '' ? undefined : Number(text));
    return (
      <input
        id={id}
        type="number"
        inputMode="decimal"
        step={field.type === 'integer' ? 1 : 'any'}
        min={field.minimum}
        max={field.maximum}
        required={required}
        value={shown}
        onChange={(event) => change(number(event.target.value))}
      />
    );
  }
  if (field.enum !== undefined) {
    return (
      <select id={id} required={required} value={shown} onChange={(event) => change(textOf(event.target.value))}>
        <option value="">{t('form.choose')}</option>
        {field.enum.map((choice) => (
          <option key={choice}>{choice}</option>
        ))}
      </select>
    );
  }
  const common = { id, required, value: shown, minLength: field.minLength, maxLength: field.maxLength ?? longestText };
  if (field.format === undefined && field.pattern === undefined && (field.maxLength ?? longestText) > longLine) {
    return <textarea {...common} rows={3} onChange={(event) => change(textOf(event.target.value))} />;
  }
  const type = field.format === 'date' ? 'date' : 'text';
  return (
    <input {...common} type={type} pattern={field.pattern} onChange={(event) => change(textOf(event.target.value))} />
  );
}

/** What keeps an application from being sent: names of required materials without a file, `mandate` without a signature. */
export function missingIn({ files, mandate }: Application, { materials }: Pick<shapes.Item, 'materials'>): string[] {
  const there = new Set(files.map(({ material }) => material));
  const lacks = materials
    .filter(({ code, necessity }) => necessity === 'required' && !there.has(code))
    .map(({ name }) => name);
  return mandate === undefined ? [...lacks, 'mandate'] : lacks;
}
