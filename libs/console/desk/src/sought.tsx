import { useSession } from '@tongban/console/session';
import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';

/** What a link from a figure asks for; an address written by hand may hold anything. */
const dayForm = /^\d{4}-\d{2}-\d{2}$/;
const forms = {
  number: /^[0-9A-Za-z-]{4,40}$/,
  item: /^[\w-]{1,64}$/,
  owner: /^\d{12}$/,
  from: dayForm,
  to: dayForm,
  dueBy: dayForm,
  late: /^true$/,
};
type SoughtName = keyof typeof forms;
const names = Object.keys(forms) as SoughtName[];

interface SoughtValues {
  readonly number?: string;
  readonly item?: string;
  readonly owner?: string;
  readonly from?: string;
  readonly to?: string;
  readonly dueBy?: string;
  readonly late?: 'true';
}

export const soughtOf = (search: URLSearchParams): SoughtValues =>
  Object.fromEntries(
    names.flatMap((name) => [[name, search.get(name) ?? '']].filter(([, value]) => forms[name].test(value!))),
  );

interface SoughtProps {
  readonly sought: SoughtValues;
  readonly show: (changes: Readonly<Record<string, string | undefined>>) => void;
}

/** The conditions that a figure's link brought along, each of which can be dropped. */
export function Sought({ sought, show }: SoughtProps) {
  const { t } = useTranslation('desk');
  const { divisions } = useSession();
  return names
    .filter((name) => sought[name] !== undefined)
    .map((name) => {
      const given = sought[name]!;
      const value = name === 'owner' ? divisions.path(given) || divisions.name(given) : given;
      const text = t(`sought.${name}`, { value });
      return (
        <Tag
          key={name}
          closable
          closeIcon={<span aria-label={t('drop', { text })}>×</span>}
          onClose={(event) => {
            event.preventDefault();
            show({ [name]: undefined });
          }}
        >
          {text}
        </Tag>
      );
    });
}
