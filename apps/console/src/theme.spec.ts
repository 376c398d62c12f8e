import { theme } from './theme.js';

/** Relative luminance of `#rrggbb` (WCAG 2.2). */
function luminance(color: string): number {
  const [red, green, blue] = [1, 3, 5]
    .map((at) => Number.parseInt(color.slice(at, at + 2), 16) / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light! + 0.05) / (dark! + 0.05);
}

const token = (name: string): string => String(theme.token?.[name as keyof typeof theme.token]);

it('measures as WCAG does', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21);
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
});

it.each(['Success', 'Info', 'Warning', 'Error'])('%s can be read on its own ground and on a page', (kind) => {
  for (const ground of [token(`color${kind}Bg`), token(`color${kind}BgHover`), '#ffffff', '#f3f5f8'])
    expect(contrast(token(`color${kind}`), ground)).toBeGreaterThanOrEqual(4.5);
});
