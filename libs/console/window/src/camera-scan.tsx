import { useCamera } from '@tongban/console/shared';
import { Alert, Modal } from 'antd';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';

/** The Shape Detection API, which the DOM typings do not have yet. */
interface Detector {
  detect(source: HTMLVideoElement): Promise<readonly { readonly rawValue: string }[]>;
}
type DetectorClass = new (options: { readonly formats: readonly string[] }) => Detector;
const detectorClass = (): DetectorClass | undefined =>
  (globalThis as unknown as { readonly BarcodeDetector?: DetectorClass }).BarcodeDetector;

/** Codes on our papers. */
const formats = ['qr_code', 'code_128'];
const lookEveryMs = 250;

/** False where the browser reads no codes, or gives no camera to a page without TLS. */
export const canScanByCamera = (): boolean => detectorClass() !== undefined && 'mediaDevices' in navigator;

interface CameraScanProps {
  readonly found: (text: string) => void;
  readonly close: () => void;
}

export function CameraScan({ found, close }: CameraScanProps) {
  const { t } = useTranslation('window');
  const { video, fault } = useCamera();
  useEffect(() => {
    const Detecting = detectorClass();
    if (Detecting === undefined) return undefined;
    const detector = new Detecting({ formats });
    let looking = false;
    const timer = setInterval(() => {
      const seen = video.current;
      if (looking || seen === null || seen.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return;
      looking = true;
      detector
        .detect(seen)
        .then(([code]) => (code === undefined ? undefined : found(code.rawValue)))
        // A frame that cannot be read is followed by another.
        .catch(() => undefined)
        .finally(() => (looking = false));
    }, lookEveryMs);
    return () => clearInterval(timer);
  }, [found, video]);
  return (
    <Modal open title={t('byCamera')} footer={null} onCancel={close}>
      {fault === undefined ? null : <Alert type="warning" showIcon title={t(`cameraFault.${fault}`)} />}
      <video ref={video} className="camera" autoPlay muted playsInline aria-label={t('cameraView')} />
    </Modal>
  );
}
