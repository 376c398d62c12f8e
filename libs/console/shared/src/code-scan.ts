import { useEffect, useEffectEvent, useState } from 'react';
import { useCamera, type CameraFault } from './camera.js';
import { openCodeReader } from './code-reader.js';

const lookEveryMs = 250;

/** Why nothing is read: there is no picture, or what reads it was not to be had. */
export type ScanFault = CameraFault | 'reader';

/** False where the browser gives no camera to the page, as it does to one without TLS. */
export const canScanByCamera = (): boolean => 'mediaDevices' in navigator;

/** Shows the camera in a `<video>` while the component is there, and tells each code that is seen. */
export function useCodeScan(found: (text: string) => void) {
  const { video, fault } = useCamera();
  const [isUnread, setUnread] = useState(false);
  const tell = useEffectEvent(found);
  useEffect(() => {
    let isGone = false;
    let isLooking = false;
    let timer: ReturnType<typeof setInterval> | undefined;
    openCodeReader()
      .then((read) => {
        if (isGone) return;
        timer = setInterval(() => {
          const seen = video.current;
          if (isLooking || seen === null || seen.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return;
          isLooking = true;
          read(seen)
            .then((text) => (text === undefined || isGone ? undefined : tell(text)))
            // A frame that cannot be read is followed by another.
            .catch(() => undefined)
            .finally(() => (isLooking = false));
        }, lookEveryMs);
      })
      .catch(() => setUnread(true));
    return () => {
      isGone = true;
      clearInterval(timer);
    };
  }, [video]);
  const why: ScanFault | undefined = fault ?? (isUnread ? 'reader' : undefined);
  return { video, fault: why };
}
