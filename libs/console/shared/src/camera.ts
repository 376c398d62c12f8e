import { useEffect, useRef, useState, type RefObject } from 'react';

const wanted: MediaStreamConstraints = {
  video: { facingMode: 'environment', width: { ideal: 1920 }, height: { ideal: 1080 } },
  audio: false,
};

/** Why there is no picture: nobody may use the camera here, there is none, or something else has it. */
export type CameraFault = 'denied' | 'none' | 'busy';

const faults: Readonly<Record<string, CameraFault>> = {
  NotAllowedError: 'denied',
  SecurityError: 'denied',
  NotFoundError: 'none',
  OverconstrainedError: 'none',
};

/** Of an error of `getUserMedia` (Media Capture and Streams, 10.2). */
export const cameraFaultOf = (error: unknown): CameraFault => {
  const { name } = (error ?? {}) as { readonly name?: string };
  return (name === undefined ? undefined : faults[name]) ?? 'busy';
};

interface Camera {
  readonly video: RefObject<HTMLVideoElement | null>;
  readonly fault: CameraFault | undefined;
}

/** Shows the camera in a `<video>` while the component is there, and lets it go afterwards. */
export function useCamera(): Camera {
  const video = useRef<HTMLVideoElement>(null);
  const [fault, setFault] = useState<CameraFault>();
  useEffect(() => {
    let gone = false;
    let open: MediaStream | undefined;
    const stop = (stream: MediaStream | undefined): void => stream?.getTracks().forEach((track) => track.stop());
    navigator.mediaDevices
      .getUserMedia(wanted)
      .then((stream) => {
        open = stream;
        if (gone) stop(stream);
        else if (video.current !== null) video.current.srcObject = stream;
      })
      .catch((error: unknown) => setFault(cameraFaultOf(error)));
    return () => {
      gone = true;
      stop(open);
    };
  }, []);
  return { video, fault };
}
