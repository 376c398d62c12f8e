import type { Frame } from '@tongban/contract';
import type { Courier } from '@tongban/federation/transport';
import type { NodeCode } from '@tongban/kernel';

/** Which courier a frame takes. */
export interface Route {
  courierFor(peer: NodeCode): Courier | undefined;
  send(frame: Frame, peer: NodeCode): Promise<void>;
}

interface ParentEnd extends Courier {
  prefers(peer: NodeCode): boolean;
}

/**
 * The hub first; a gRPC stream where the hub is out of reach for this host or, as a child has said, for the neighbour.
 */
export function routeOver(hub: Courier, parentEnd: ParentEnd | undefined, childEnd: Courier | undefined): Route {
  const courierFor = (peer: NodeCode): Courier | undefined => {
    if (parentEnd?.prefers(peer) === true) return parentEnd;
    return [hub, parentEnd, childEnd].find((courier) => courier?.reaches(peer) === true);
  };
  return {
    courierFor,
    async send(frame, peer) {
      const courier = courierFor(peer);
      if (courier === undefined) throw new Error(`no courier reaches ${peer}`);
      await courier.send(frame, peer);
    },
  };
}
