import { useEffect, useRef, type PointerEvent } from 'react';

/** Points of one line, in shares of the pad's width and height. */
export type Stroke = readonly (readonly [x: number, y: number])[];

const inkWidth = 3;
const mostPoints = 20_000;

/** Draws strokes into a rectangle of a canvas. */
export function drawStrokes(
  context: CanvasRenderingContext2D,
  strokes: readonly Stroke[],
  { x, y, width, height }: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
): void {
  context.strokeStyle = '#111';
  context.lineWidth = inkWidth;
  context.lineCap = 'round';
  context.lineJoin = 'round';
  for (const stroke of strokes) {
    context.beginPath();
    for (const [px, py] of stroke) context.lineTo(x + px * width, y + py * height);
    context.stroke();
  }
}

interface PadProps {
  readonly label: string;
  readonly strokes: readonly Stroke[];
  readonly change: (strokes: readonly Stroke[]) => void;
}

/** A field to sign in with finger, pen or mouse. */
export function SignaturePad({ label, strokes, change }: PadProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const current = useRef<[number, number][] | undefined>(undefined);
  useEffect(() => {
    const element = canvas.current!;
    const { width, height } = element.getBoundingClientRect();
    element.width = width * devicePixelRatio;
    element.height = height * devicePixelRatio;
    const context = element.getContext('2d')!;
    context.scale(devicePixelRatio, devicePixelRatio);
    drawStrokes(context, strokes, { x: 0, y: 0, width, height });
  }, [strokes]);
  const pointOf = (event: PointerEvent<HTMLCanvasElement>): [number, number] => {
    const { left, top, width, height } = event.currentTarget.getBoundingClientRect();
    return [(event.clientX - left) / width, (event.clientY - top) / height];
  };
  const down = (event: PointerEvent<HTMLCanvasElement>) => {
    event.currentTarget.setPointerCapture(event.pointerId);
    current.current = [pointOf(event)];
  };
  const move = (event: PointerEvent<HTMLCanvasElement>) => {
    const stroke = current.current;
    if (stroke === undefined || stroke.length > mostPoints) return;
    stroke.push(pointOf(event));
    const { width, height } = event.currentTarget.getBoundingClientRect();
    drawStrokes(event.currentTarget.getContext('2d')!, [stroke.slice(-2)], { x: 0, y: 0, width, height });
  };
  const up = () => {
    const stroke = current.current;
    current.current = undefined;
    if (stroke !== undefined && stroke.length > 1) change([...strokes, stroke]);
  };
  return (
    <canvas
      ref={canvas}
      className="pad"
      role="img"
      aria-label={label}
      onPointerDown={down}
      onPointerMove={move}
      onPointerUp={up}
      onPointerCancel={up}
    />
  );
}
