import { Form, Input, Modal } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

const noteRows = 3;

export interface ActWords {
  readonly note?: string;
}

interface ActDialogProps {
  readonly title: string;
  readonly hint: string;
  /** What went wrong at the last try. */
  readonly problem: ReactNode;
  /** The words that go with the act: it may not be done without them, they may be left out, or there are none. */
  readonly words: 'needed' | 'possible' | 'none';
  /** Characters, as the host takes them. */
  readonly longest: number;
  /** It takes something away. */
  readonly danger: boolean;
  readonly isPending: boolean;
  readonly act: (words: ActWords) => void;
  readonly close: () => void;
}

/** Asks once more, and for the words that go with an act. */
export function ActDialog({ title, hint, problem, words, longest, danger, isPending, act, close }: ActDialogProps) {
  const { t } = useTranslation('catalogue');
  const [form] = Form.useForm<ActWords>();
  return (
    <Modal
      open
      title={title}
      okText={title}
      cancelText={t('cancel')}
      okButtonProps={{ danger, loading: isPending, autoFocus: words === 'none' }}
      onOk={() => form.submit()}
      onCancel={close}
      mask={{ closable: false }}
    >
      {problem}
      <p>{hint}</p>
      <Form form={form} layout="vertical" className="act" onFinish={act}>
        {words === 'none' ? null : (
          <Form.Item
            name="note"
            label={t(words === 'needed' ? 'reason' : 'note')}
            rules={words === 'needed' ? [{ required: true, whitespace: true, message: t('reasonNeeded') }] : []}
          >
            <Input.TextArea autoSize={{ minRows: noteRows }} maxLength={longest} showCount autoFocus />
          </Form.Item>
        )}
      </Form>
    </Modal>
  );
}
