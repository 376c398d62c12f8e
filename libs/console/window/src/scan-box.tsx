import { call, routes } from '@tongban/console/api';
import { useSession } from '@tongban/console/session';
import { canScanByCamera, Key, useProblemText, useShortcut } from '@tongban/console/shared';
import { useMutation } from '@tanstack/react-query';
import { Alert, Button, Card, Form, Input, Space, type InputRef } from 'antd';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { CameraScan } from './camera-scan.js';
import { numberIn } from './scanned.js';

const longestScan = 500;

/** Opens a case by its number: a hand scanner types and presses Enter, a person may too, a camera reads the code. */
export function ScanBox() {
  const { t } = useTranslation('window');
  const { node } = useSession();
  const navigate = useNavigate();
  const problemText = useProblemText();
  const input = useRef<InputRef>(null);
  const [text, setText] = useState('');
  const [camera, setCamera] = useState(false);
  useShortcut('F8', () => input.current?.focus({ cursor: 'all' }));
  const opened = useMutation({
    mutationFn: async (scanned: string) => {
      const number = numberIn(scanned);
      if (number === undefined) return 'noNumber' as const;
      const { cases } = await call(routes.listCases, { path: { node }, query: { number, limit: 1 } });
      const [found] = cases;
      if (found === undefined) return 'notHere' as const;
      await navigate(`/cases/${found.record}`);
      return undefined;
    },
    onSettled: () => input.current?.focus({ cursor: 'all' }),
  });
  const told = opened.data === undefined ? undefined : t(opened.data);
  return (
    <Card title={t('scan')}>
      <Form onFinish={() => opened.mutate(text)}>
        <Space.Compact block>
          <Input
            ref={input}
            autoFocus
            aria-label={t('scanLabel')}
            aria-keyshortcuts="F8"
            placeholder={t('scanHint')}
            maxLength={longestScan}
            autoComplete="off"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
          <Button htmlType="submit" loading={opened.isPending}>
            {t('openCase')}
            <Key>F8</Key>
          </Button>
        </Space.Compact>
        {canScanByCamera() ? (
          <Button className="told" onClick={() => setCamera(true)}>
            {t('byCamera')}
          </Button>
        ) : null}
      </Form>
      {told === undefined ? null : <Alert className="told" type="warning" showIcon title={told} />}
      {opened.error === null ? null : (
        <Alert className="told" type="error" showIcon title={problemText(opened.error)} />
      )}
      {camera ? (
        <CameraScan
          close={() => setCamera(false)}
          found={(scanned) => {
            setCamera(false);
            setText(scanned);
            opened.mutate(scanned);
          }}
        />
      ) : null}
    </Card>
  );
}
