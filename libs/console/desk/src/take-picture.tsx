import { useCamera } from '@tongban/console/shared';
import { Alert, Button, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FileButton } from './file-button.js';

const pictureType = 'image/jpeg';
const pictureQuality = 0.85;

interface TakePictureProps {
  readonly name: string;
  readonly taken: (picture: File) => void;
}

/** A paper photographed: by the document camera of the window, or by the phone's own camera where pages get none. */
export function TakePicture({ name, taken }: TakePictureProps) {
  const { t } = useTranslation('desk');
  const [open, setOpen] = useState(false);
  const label = t('photograph', { name });
  if (!('mediaDevices' in navigator))
    return <FileButton label={label} text={t('photographShort')} accept="image/*" camera chosen={taken} />;
  return (
    <>
      <Button aria-label={label} onClick={() => setOpen(true)}>
        {t('photographShort')}
      </Button>
      {open ? (
        <Shutter
          name={name}
          close={() => setOpen(false)}
          taken={(picture) => {
            setOpen(false);
            taken(picture);
          }}
        />
      ) : null}
    </>
  );
}

interface ShutterProps {
  readonly name: string;
  readonly close: () => void;
  readonly taken: (picture: File) => void;
}

function Shutter({ name, close, taken }: ShutterProps) {
  const { t } = useTranslation('desk');
  const { video, fault } = useCamera();
  const shoot = (): void => {
    const seen = video.current;
    if (seen === null || seen.videoWidth === 0) return;
    const canvas = document.createElement('canvas');
    canvas.width = seen.videoWidth;
    canvas.height = seen.videoHeight;
    canvas.getContext('2d')?.drawImage(seen, 0, 0);
    canvas.toBlob(
      (picture) => {
        if (picture !== null) taken(new File([picture], `${name}.jpg`, { type: pictureType }));
      },
      pictureType,
      pictureQuality,
    );
  };
  return (
    <Modal
      open
      title={t('photograph', { name })}
      okText={t('shoot')}
      cancelText={t('cancel')}
      okButtonProps={{ disabled: fault !== undefined, autoFocus: true }}
      onOk={shoot}
      onCancel={close}
    >
      {fault === undefined ? null : <Alert type="warning" showIcon title={t(`cameraFault.${fault}`)} />}
      <video ref={video} className="camera" autoPlay muted playsInline aria-label={t('cameraView')} />
    </Modal>
  );
}
