import type { PaperWidth } from './layout.js';

/** Measures of a paper, all in points (1/72 inch). */
export interface Style {
  readonly pageWidth: number;
  readonly pageHeight: number;
  readonly margin: { readonly top: number; readonly bottom: number; readonly side: number };
  readonly title: number;
  readonly over: number;
  readonly heading: number;
  readonly text: number;
  readonly small: number;
  /** Of the mark of a copy. */
  readonly mark: number;
  /** Distance of lines, relative to the size of the letters. */
  readonly leading: number;
  readonly tableLeading: number;
  /** Share of a field's label in the width; 0 puts the value below the label. */
  readonly labelShare: number;
  readonly isRoll: boolean;
}

const pointsPerMm = 72 / 25.4;
/** The longest page that every reader opens (ISO 32000-1, annex C). */
const longestPage = 14_400;

export const styles: Readonly<Record<PaperWidth, Style>> = {
  a4: {
    pageWidth: 210 * pointsPerMm,
    pageHeight: 297 * pointsPerMm,
    margin: { top: 28 * pointsPerMm, bottom: 26 * pointsPerMm, side: 27 * pointsPerMm },
    title: 20,
    over: 15,
    heading: 12.5,
    text: 12,
    small: 9.5,
    mark: 7.5,
    leading: 1.75,
    tableLeading: 1.45,
    labelShare: 0.22,
    isRoll: false,
  },
  '80': {
    pageWidth: 80 * pointsPerMm,
    pageHeight: longestPage,
    margin: { top: 5 * pointsPerMm, bottom: 8 * pointsPerMm, side: 4 * pointsPerMm },
    title: 13,
    over: 10,
    heading: 10,
    text: 9,
    small: 7.5,
    mark: 7.5,
    leading: 1.5,
    tableLeading: 1.4,
    labelShare: 0.3,
    isRoll: true,
  },
};
