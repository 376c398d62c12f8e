import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

/** How values of elements are said in the reader's language. */
export interface Words {
  /** Title of a member of a part: `copies`. */
  readonly member: (name: string) => string;
  /** Name of a code that the element or member may hold; the text itself where it is none. */
  readonly code: (name: string, value: string) => string;
  readonly truth: (value: boolean) => string;
  readonly pair: (name: string, value: string) => string;
  /** Between the members of a part. */
  readonly join: string;
  /** Between codes of one list. */
  readonly list: string;
  /** The place of a part in its list, from 1. */
  readonly nth: (count: number) => string;
}

/** Only what looks like a code is looked up: a text of the catalogue may hold whatever separates keys. */
const codeForm = /^[a-z][A-Za-z]*$/;

export function useWords(): Words {
  const { t } = useTranslation('catalogue');
  return useMemo(
    () => ({
      member: (name) => (codeForm.test(name) ? t(`members.${name}`, { defaultValue: name }) : name),
      code: (name, value) =>
        codeForm.test(name) && codeForm.test(value) ? t(`codes.${name}.${value}`, { defaultValue: value }) : value,
      truth: (value) => t(value ? 'yes' : 'no'),
      pair: (name, value) => t('pair', { name, value }),
      join: t('join'),
      list: t('list'),
      nth: (count) => t('nth', { count }),
    }),
    [t],
  );
}
