import { officeDay } from '@tongban/console/language';
import { useSession } from '@tongban/console/session';
import { SearchOutlined } from '@ant-design/icons';
import { Button, Form, Input, Modal, Select, Space } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';

const names = ['number', 'owner', 'item', 'from', 'to'] as const;
type Values = Partial<Record<(typeof names)[number], string>>;

/** So many places as one can still choose from by typing. */
const mostPlaces = 50;

interface SearchFormProps {
  readonly search: URLSearchParams;
  readonly show: (changes: Readonly<Record<string, string | undefined>>) => void;
}

/** Finds cases of all holders that the person's node keeps a copy of; what is sought stands in the address. */
export function SearchForm({ search, show }: SearchFormProps) {
  const { t } = useTranslation('desk');
  const [isOpen, setOpen] = useState(false);
  const [form] = Form.useForm<Values>();
  const given: Values = Object.fromEntries(names.map((name) => [name, search.get(name) ?? undefined]));
  const find = (values: Values) => {
    show(Object.fromEntries(names.map((name) => [name, values[name]?.trim() || undefined])));
    setOpen(false);
  };
  return (
    <>
      <Button icon={<SearchOutlined aria-hidden />} onClick={() => setOpen(true)}>
        {t('search.open')}
      </Button>
      <Modal
        open={isOpen}
        title={t('search.title')}
        okText={t('search.find')}
        cancelText={t('search.clear')}
        onOk={() => form.submit()}
        onCancel={() => setOpen(false)}
        cancelButtonProps={{ onClick: () => find({}) }}
        destroyOnHidden
      >
        <Form<Values> form={form} layout="vertical" initialValues={given} onFinish={find}>
          <Form.Item name="number" label={t('search.number')} extra={t('search.numberHint')}>
            <Input maxLength={40} autoFocus />
          </Form.Item>
          <Form.Item name="owner" label={t('search.owner')}>
            <PlaceSelect />
          </Form.Item>
          <Form.Item name="item" label={t('search.item')}>
            <Input maxLength={64} />
          </Form.Item>
          <Space wrap>
            <Form.Item name="from" label={t('search.from')}>
              <Input type="date" max={officeDay()} />
            </Form.Item>
            <Form.Item name="to" label={t('search.to')}>
              <Input type="date" max={officeDay()} />
            </Form.Item>
          </Space>
        </Form>
      </Modal>
    </>
  );
}

interface PlaceSelectProps {
  readonly id?: string;
  readonly value?: string;
  readonly onChange?: (code: string | undefined) => void;
}

/** A division of the node's own tree, found by typing: there are too many to leaf through. */
function PlaceSelect({ id, value, onChange }: PlaceSelectProps) {
  const { divisions, node } = useSession();
  const [words, setWords] = useState('');
  const places = useMemo(() => [node, ...divisions.below(node).map(({ code }) => code)], [divisions, node]);
  const found = useMemo(() => {
    const fits = (code: string) =>
      code === value || code.startsWith(words) || (divisions.path(code) || divisions.name(code)).includes(words);
    return places
      .filter(fits)
      .slice(0, mostPlaces)
      .map((code) => ({ value: code, label: divisions.path(code) || divisions.name(code) }));
  }, [divisions, places, words, value]);
  return (
    <Select
      id={id}
      allowClear
      showSearch={{ filterOption: false, onSearch: setWords }}
      value={value}
      onChange={onChange}
      options={found}
    />
  );
}
