import { useCodeScan } from '@tongban/console/shared';
import { Alert, Modal } from 'antd';
import { useTranslation } from 'react-i18next';

interface CameraScanProps {
  readonly found: (text: string) => void;
  readonly close: () => void;
}

export function CameraScan({ found, close }: CameraScanProps) {
  const { t } = useTranslation('window');
  const { video, fault } = useCodeScan(found);
  return (
    <Modal open title={t('byCamera')} footer={null} onCancel={close}>
      {fault === undefined ? (
        <p className="quiet">{t('cameraHint')}</p>
      ) : (
        <Alert type="warning" showIcon title={t(`cameraFault.${fault}`)} />
      )}
      <video ref={video} className="camera" autoPlay muted playsInline aria-label={t('cameraView')} />
    </Modal>
  );
}
