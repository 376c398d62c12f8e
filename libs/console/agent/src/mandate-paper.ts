import { blobOf } from './photo.js';
import { drawStrokes, type Stroke } from './signature-pad.js';

const widthPixels = 1_000;
const marginPixels = 60;
const lineHeightPixels = 48;
const headingPixels = 44;
const textPixels = 28;
const smallPixels = 22;
const signature = { width: 520, height: 220 } as const;
const font = "'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', sans-serif";

export interface MandatePaper {
  readonly heading: string;
  readonly lines: readonly string[];
  readonly signature: string;
  readonly at: string;
  readonly strokes: readonly Stroke[];
}

/** Chinese breaks between any two characters. */
export function wrapped(text: string, fits: (line: string) => boolean): string[] {
  const lines: string[] = [];
  let line = '';
  for (const character of text) {
    if (line !== '' && !fits(line + character)) {
      lines.push(line);
      line = '';
    }
    line += character;
  }
  return line === '' ? lines : [...lines, line];
}

/** The whole mandate as a picture: its words, the signature below them, and the device's time. */
export function drawMandate({ heading, lines, signature: label, at, strokes }: MandatePaper): Promise<Blob> {
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d')!;
  context.font = `${textPixels}px ${font}`;
  const fits = (line: string): boolean => context.measureText(line).width <= widthPixels - 2 * marginPixels;
  const rows = lines.flatMap((line) => [...wrapped(`　　${line}`, fits)]);
  canvas.width = widthPixels;
  canvas.height = marginPixels * 3 + headingPixels + (rows.length + 2) * lineHeightPixels + signature.height;
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = '#111';
  context.textBaseline = 'top';
  context.font = `bold ${headingPixels}px ${font}`;
  context.textAlign = 'center';
  context.fillText(heading, widthPixels / 2, marginPixels);
  context.textAlign = 'left';
  context.font = `${textPixels}px ${font}`;
  let y = marginPixels * 2 + headingPixels;
  for (const row of rows) {
    context.fillText(row, marginPixels, y);
    y += lineHeightPixels;
  }
  y += lineHeightPixels;
  context.fillText(label, marginPixels, y);
  drawStrokes(context, strokes, { x: widthPixels - marginPixels - signature.width, y, ...signature });
  context.font = `${smallPixels}px ${font}`;
  context.fillText(at, marginPixels, y + signature.height);
  return blobOf(canvas, 'image/png');
}
