import { drawingSVG, qrcode } from 'bwip-js/browser';
import { useMemo } from 'react';

const moduleScale = 3;

/** A QR code (GB/T 18284) of a public address. */
export function Qr({ text, label }: { readonly text: string; readonly label: string }) {
  const source = useMemo(() => {
    const drawn = qrcode<string>({ bcid: 'qrcode', text, scale: moduleScale, padding: 4 }, drawingSVG());
    return `data:image/svg+xml;charset=utf-8,${encodeURIComponent(drawn)}`;
  }, [text]);
  return (
    <figure className="qr">
      <img src={source} alt={label} />
      <figcaption>{label}</figcaption>
    </figure>
  );
}
