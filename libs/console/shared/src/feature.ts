import type { ComponentType, ReactNode } from 'react';
import type { Texts } from '@tongban/console/language';

/** One screen of a feature. */
export interface ConsolePage {
  /** Below `/console`, in the router's form: `cases/:record`. */
  readonly path: string;
  /** Loaded when it is first shown, so that nobody waits for the screens of others. */
  readonly load: () => Promise<ComponentType>;
  /** Set where the screen stands in the menu. */
  readonly menu?: { readonly icon: ReactNode };
  /** Whose work it is; the server decides again, by its own table, what they may see there. */
  readonly roles: readonly string[];
  /** The feature of the host (`featuresOf`) without which there is nothing to show. */
  readonly needs: string;
}

/** What a library of the console brings: its screens and what they say, under its own namespace. */
export interface ConsoleFeature {
  readonly name: string;
  /** `title.<path>` is the name of a screen in the menu. */
  readonly texts: Texts<object>;
  readonly pages: readonly ConsolePage[];
}

/** The screens for a person with these roles at a host with these features. */
export const pagesFor = (
  features: readonly ConsoleFeature[],
  roles: readonly string[],
  hostFeatures: readonly string[],
): (ConsolePage & { readonly feature: string })[] =>
  features.flatMap(({ name, pages }) =>
    pages
      .filter((page) => hostFeatures.includes(page.needs) && page.roles.some((role) => roles.includes(role)))
      .map((page) => ({ ...page, feature: name })),
  );
