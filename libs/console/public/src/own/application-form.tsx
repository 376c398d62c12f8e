import { ApiProblem, type shapes } from '@tongban/console/api';
import { useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { faultOf, fieldsOf, valuesOf, type FormField, type Typed, type Values } from '../fields.js';
import { Failure, Field, Panel, Submit } from '../ui.js';
import { Materials, type Attachment } from './materials.js';

export type Application = Omit<shapes.CaseSubmission, 'item' | 'channel'>;

interface FormProps {
  readonly node: string;
  readonly item: shapes.Item;
  readonly busy: boolean;
  readonly error: unknown;
  readonly send: (application: Application) => void;
}

const applicantTypes = ['naturalPerson', 'enterprise', 'institution', 'socialOrganisation', 'other'] as const;
const identityTypes = [
  ...(['residentIdentityCard', 'passport', 'hongKongMacaoResidentPermit'] as const),
  ...(['taiwanResidentPermit', 'foreignPermanentResidentCard', 'usccOrganisation', 'other'] as const),
];
const personFields = ['name', 'identityNumber', 'phone', 'address'] as const;
type PersonField = (typeof personFields)[number];
const longest = { name: 200, identityNumber: 64, phone: 32, address: 500 } as const;
const completions = { name: 'name', identityNumber: 'off', phone: 'tel', address: 'street-address' } as const;
const noPerson: Readonly<Record<PersonField, string>> = { name: '', identityNumber: '', phone: '', address: '' };

/** What the server says of a field stands at the field. */
const serverFault = (error: unknown, path: string): string | undefined =>
  error instanceof ApiProblem ? error.fields.find((field) => field.path === path)?.message : undefined;

/** Applicant, the item's own questions, the papers: sent when nothing that is needed is missing. */
export function ApplicationForm({ node, item, busy, error, send }: FormProps) {
  const { t } = useTranslation('public');
  const own = useMemo(() => fieldsOf(item.applicantForm), [item]);
  const [applicantType, setApplicantType] = useState<Application['applicantType']>('naturalPerson');
  const [identityType, setIdentityType] = useState<Application['identityType']>('residentIdentityCard');
  const [person, setPerson] = useState(noPerson);
  const [typed, setTyped] = useState<Typed>({});
  const [attachments, setAttachments] = useState<readonly Attachment[]>([]);
  const [tried, setTried] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const missing = (name: PersonField) => name !== 'address' && person[name].trim() === '';
  const handedIn = (code: string) => attachments.some(({ material }) => material === code);
  const complete =
    !personFields.some(missing) &&
    own.every((field) => faultOf(field, typed[field.name]) === undefined) &&
    item.materials.every(({ code, necessity }) => necessity !== 'required' || handedIn(code));
  const submit = () => {
    setTried(true);
    // What is wrong is marked by then; the first of it is where to go on.
    if (!complete) return void setTimeout(() => form.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus());
    const { address, ...needed } = person;
    const applicant = {
      ...{ name: needed.name.trim(), identityNumber: needed.identityNumber.trim(), phone: needed.phone.trim() },
      ...(address.trim() === '' ? {} : { address: address.trim() }),
    };
    const answers: Values = valuesOf(own, typed);
    send({ applicantType, identityType, applicant, form: answers, attachments: [...attachments] });
  };
  return (
    <form
      ref={form}
      className="stack"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Panel title={t('applicant')}>
        <div className="asking two">
          <Choice
            label={t('applicantType')}
            name="applicantTypes"
            options={applicantTypes}
            value={applicantType}
            choose={setApplicantType}
          />
          <Choice
            label={t('identityType')}
            name="identityTypes"
            options={identityTypes}
            value={identityType}
            choose={setIdentityType}
          />
          {personFields.map((name) => (
            <Field
              key={name}
              label={t(`person.${name}`)}
              required={name !== 'address'}
              fault={tried && missing(name) ? t('needed') : serverFault(error, `applicant.${name}`)}
            >
              {(bind) => (
                <input
                  {...bind}
                  value={person[name]}
                  maxLength={longest[name]}
                  autoComplete={completions[name]}
                  onChange={(event) => setPerson({ ...person, [name]: event.target.value })}
                />
              )}
            </Field>
          ))}
        </div>
      </Panel>
      {own.length === 0 ? null : (
        <Panel title={t('ownForm')}>
          <div className="asking two">
            {own.map((field) => (
              <Question
                key={field.name}
                field={field}
                value={typed[field.name]}
                tried={tried}
                told={serverFault(error, `form.${field.name}`)}
                change={(value) => setTyped({ ...typed, [field.name]: value })}
              />
            ))}
          </div>
        </Panel>
      )}
      <Panel title={t('applicationMaterials')}>
        <Materials node={node} materials={item.materials} value={attachments} change={setAttachments} tried={tried} />
      </Panel>
      {error === null ? null : <Failure error={error} />}
      {tried && !complete ? (
        <p className="fault" role="alert">
          {t('incomplete')}
        </p>
      ) : null}
      <Submit busy={busy}>{t('submitApplication')}</Submit>
    </form>
  );
}

interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly name: string;
  readonly options: readonly T[];
  readonly value: string;
  readonly choose: (value: T) => void;
}

function Choice<T extends string>({ label, name, options, value, choose }: ChoiceProps<T>) {
  const { t } = useTranslation('public');
  return (
    <Field label={label} required>
      {(bind) => (
        <select {...bind} value={value} onChange={(event) => choose(event.target.value as T)}>
          {options.map((each) => (
            <option key={each} value={each}>
              {t(`${name}.${each}`)}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

interface QuestionProps {
  readonly field: FormField;
  readonly value: string | boolean | undefined;
  readonly tried: boolean;
  readonly told: string | undefined;
  readonly change: (value: string | boolean) => void;
}

/** One of the item's own questions, asked in the way of its kind. */
function Question({ field, value, tried, told, change }: QuestionProps) {
  const { t } = useTranslation('public');
  if (field.kind === 'yesNo')
    return (
      <label className="choice">
        <input type="checkbox" checked={value === true} onChange={(event) => change(event.target.checked)} />
        {field.label}
      </label>
    );
  const fault = tried ? faultOf(field, value) : undefined;
  const limits = { min: field.min, max: field.max, minLength: field.minLength, maxLength: field.maxLength };
  return (
    <Field
      label={field.label}
      hint={field.hint}
      fault={fault === undefined ? told : t(`faults.${fault}`, limits)}
      required={field.required}
    >
      {(bind) => <Answer bind={bind} field={field} text={typeof value === 'string' ? value : ''} change={change} />}
    </Field>
  );
}

interface AnswerProps {
  readonly bind: Parameters<Parameters<typeof Field>[0]['children']>[0];
  readonly field: FormField;
  readonly text: string;
  readonly change: (text: string) => void;
}

function Answer({ bind, field, text, change }: AnswerProps) {
  const { t } = useTranslation('public');
  const common = {
    ...bind,
    value: text,
    onChange: (event: { target: { value: string } }) => change(event.target.value),
  };
  if (field.kind === 'choice')
    return (
      <select {...common}>
        <option value="">{t('pleaseChoose')}</option>
        {field.choices.map((choice) => (
          <option key={choice}>{choice}</option>
        ))}
      </select>
    );
  if (field.kind === 'longText') return <textarea {...common} rows={3} maxLength={field.maxLength} />;
  if (field.kind === 'date') return <input {...common} type="date" />;
  const isNumber = field.kind === 'whole' || field.kind === 'number';
  return (
    <input
      {...common}
      autoComplete="off"
      {...(isNumber ? { inputMode: field.kind === 'whole' ? 'numeric' : 'decimal' } : { maxLength: field.maxLength })}
    />
  );
}
