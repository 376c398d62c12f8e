import type { PublisherStanding, SilentNode } from '@tongban/domain/catalogue';
import { isoInstant, type Instant } from '@tongban/kernel';

const msPerSecond = 1_000;

export const laggingAnswer = (lagging: PublisherStanding['lagging']) =>
  lagging.map(({ versions, nodes, named }) => ({ versions, nodes, named: [...named] }));

export const silentAnswer = (silent: readonly SilentNode[], now: Instant) =>
  silent.map(({ node, heardAt, nodes }) => ({
    node,
    heardAt: isoInstant(heardAt),
    ageSeconds: Math.max(0, Math.floor((now - heardAt) / msPerSecond)),
    nodes,
  }));
