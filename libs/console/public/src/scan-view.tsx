import { useCodeScan } from '@tongban/console/shared';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { scanned, type Printed, type Scanned } from './scanned.js';

interface ScanViewProps {
  readonly printed: Printed;
  readonly found: (read: Scanned) => void;
}

/** The camera's picture, until it shows one of our codes; other codes are said to be none. */
export function ScanView({ printed, found }: ScanViewProps) {
  const { t } = useTranslation('public');
  const [isOther, setOther] = useState(false);
  const { video, fault } = useCodeScan((text) => {
    const read = scanned(text, printed);
    if (read === undefined) setOther(true);
    else found(read);
  });
  if (fault !== undefined)
    return (
      <div className="alert" role="alert">
        <p>{t(`camera.fault.${fault}`)}</p>
      </div>
    );
  return (
    <div>
      <p className={isOther ? 'fault' : 'quiet'} role="status">
        {t(isOther ? `camera.other.${printed}` : `camera.hint.${printed}`)}
      </p>
      <video ref={video} className="camera" autoPlay muted playsInline aria-label={t('camera.view')} />
    </div>
  );
}
