export const guideTokens = {
  /** PlaceIndex */
  index: Symbol('guide.index'),
  /** GuideOptions */
  options: Symbol('guide.options'),
} as const;
