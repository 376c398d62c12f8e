import type { DivisionNames, Settings } from '@tongban/console/session';
import { createContext, useContext, type ReactNode } from 'react';
import { useParams } from 'react-router';

/** What the host says of itself before anybody has logged in. */
export interface Site {
  readonly settings: Settings;
  readonly divisions: DivisionNames;
  /** The places that this host serves. */
  readonly nodes: readonly string[];
}

const Context = createContext<Site | undefined>(undefined);

export function SiteProvider({ site, children }: { readonly site: Site; readonly children: ReactNode }) {
  return <Context value={site}>{children}</Context>;
}

/** @throws Error outside of the public site */
export function useSite(): Site {
  const site = useContext(Context);
  if (site === undefined) throw new Error('no public site here');
  return site;
}

/** The place that the address names: whose guides, halls and agents are shown. */
export function usePlace() {
  const { node = '' } = useParams();
  const { divisions } = useSite();
  return { node, placeName: nameOf(divisions, node) };
}

export const nameOf = (divisions: DivisionNames, node: string): string => divisions.path(node) || divisions.name(node);

const placeKey = 'tongban.place';
export const rememberPlace = (node: string): void => localStorage.setItem(placeKey, node);
export const rememberedPlace = (): string | null => localStorage.getItem(placeKey);
