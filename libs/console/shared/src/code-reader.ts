import type { Frame } from './qr-frame.js';

/** The Shape Detection API, which the DOM typings do not have yet. */
interface Detector {
  detect(source: HTMLVideoElement): Promise<readonly { readonly rawValue: string }[]>;
}
interface DetectorClass {
  new (options: { readonly formats: readonly string[] }): Detector;
  getSupportedFormats(): Promise<readonly string[]>;
}

/** What the code in the picture says now; undefined where there is none. */
export type CodeReader = (video: HTMLVideoElement) => Promise<string | undefined>;

/** Codes on our papers. Every paper with a bar code has the same number beside it to type. */
const ourFormats = ['qr_code', 'code_128'];
/** A code is found as well in a picture of this size, and each takes a quarter of the memory of a camera's own. */
const longestSidePx = 1280;

/** Some systems have the interface and no reader behind it: then it knows no formats. */
async function browserReader(): Promise<CodeReader | undefined> {
  const { BarcodeDetector: Detecting } = globalThis as { readonly BarcodeDetector?: DetectorClass };
  if (Detecting === undefined) return undefined;
  const known = await Detecting.getSupportedFormats();
  const formats = ourFormats.filter((format) => known.includes(format));
  if (!formats.includes('qr_code')) return undefined;
  const detector = new Detecting({ formats });
  return async (video) => (await detector.detect(video))[0]?.rawValue;
}

/** The size in which a picture is looked at: its own, or smaller in the same shape. */
export function lookedAt(width: number, height: number): Pick<Frame, 'width' | 'height'> {
  const scale = Math.min(1, longestSidePx / Math.max(width, height, 1));
  return { width: Math.round(width * scale), height: Math.round(height * scale) };
}

async function loadedReader(): Promise<CodeReader> {
  const { qrTextIn } = await import('./qr-frame.js');
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Error('the browser gives no canvas');
  return async (video) => {
    const { width, height } = lookedAt(video.videoWidth, video.videoHeight);
    if (width === 0 || height === 0) return undefined;
    canvas.width = width;
    canvas.height = height;
    context.drawImage(video, 0, 0, width, height);
    return qrTextIn(context.getImageData(0, 0, width, height));
  };
}

/** The browser's own reader where there is one (QR and bar codes), otherwise one that is loaded now (QR codes). */
export const openCodeReader = async (): Promise<CodeReader> => (await browserReader()) ?? (await loadedReader());
