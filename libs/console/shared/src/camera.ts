import { useEffect, useRef, useState, type RefObject } from 'react';

const wanted: MediaStreamConstraints = {
  video: { facingMode: 'environment', width: { ideal: 1920 }, height: { ideal: 1080 } },
  audio: false,
};

/** Shows the camera in a `<video>` while the component is there, and lets it go afterwards. */
export function useCamera(): { readonly video: RefObject<HTMLVideoElement | null>; readonly failed: boolean } {
  const video = useRef<HTMLVideoElement>(null);
  const [failed, setFailed] = useState(false);
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
      .catch(() => setFailed(true));
    return () => {
      gone = true;
      stop(open);
    };
  }, []);
  return { video, failed };
}
