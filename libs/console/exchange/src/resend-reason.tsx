import { Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';

/** The route's own bound. */
const longestReason = 200;
const reasonRows = 2;

/** Why something is sent again, as the field `reason` of the form around it. */
export function ResendReason({ autoFocus = false }: { readonly autoFocus?: boolean }) {
  const { t } = useTranslation('exchange');
  return (
    <Form.Item
      name="reason"
      label={t('resendReason')}
      rules={[{ required: true, whitespace: true, message: t('resendReasonNeeded') }]}
    >
      <Input.TextArea autoSize={{ minRows: reasonRows }} maxLength={longestReason} showCount autoFocus={autoFocus} />
    </Form.Item>
  );
}
