import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import bwip from 'bwip-js/node';

/** A frame as Chromium's made-up camera takes it; all of them show the same, so two are a film. */
const [width, height] = [640, 480];
const frames = 2;
const pixelsPerModule = 8;
const [paper, ink, noColour] = [235, 16, 128];

/**
 * A film of one QR code held still, as YUV4MPEG2 (4:2:0, as Chromium's `--use-file-for-fake-video-capture` reads it and
 * shows it again and again).
 */
function filmOf(text: string): Buffer {
  const [{ pixs, pixx }] = bwip.raw('qrcode', text, 'eclevel=M') as unknown as readonly [
    { readonly pixs: readonly number[]; readonly pixx: number },
  ];
  const side = pixx * pixelsPerModule;
  const [left, top] = [Math.floor((width - side) / 2), Math.floor((height - side) / 2)];
  if (top < pixelsPerModule * 4) throw new Error(`a code of ${pixx} modules leaves no quiet zone`);
  const luma = Buffer.alloc(width * height, paper);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const at = Math.floor(y / pixelsPerModule) * pixx + Math.floor(x / pixelsPerModule);
      if (pixs[at] === 1) luma[(top + y) * width + left + x] = ink;
    }
  }
  const frame = [Buffer.from('FRAME\n'), luma, Buffer.alloc((width * height) / 2, noColour)];
  const head = Buffer.from(`YUV4MPEG2 W${width} H${height} F5:1 Ip A1:1 C420jpeg\n`);
  return Buffer.concat([head, ...Array.from({ length: frames }, () => frame).flat()]);
}

/** Chromium's flags for a camera before which a QR code is held. The film goes with `remove`. */
export function cameraBefore(text: string): { readonly flags: readonly string[]; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'tongban-film-'));
  const film = join(folder, 'code.y4m');
  writeFileSync(film, filmOf(text));
  return {
    flags: [
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
      `--use-file-for-fake-video-capture=${film}`,
    ],
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
