import {
  isNodeCode,
  ok,
  parentOf,
  prefixOf,
  refuse,
  tierOf,
  tiers,
  type NodeCode,
  type Result,
  type Tier,
} from '@tongban/kernel';

/** Of a certificate as TLS tells it. */
export interface PeerCertificate {
  readonly subject?: { readonly CN?: string | string[] };
  readonly subjectaltname?: string;
  readonly serialNumber: string;
  readonly valid_to: string;
}

interface PeerScope {
  readonly tier: Tier;
  /** All twelve digits for a single node. */
  readonly digits: string;
}

const uri = /^URI:tongban:([a-z]+):([1-9]\d{1,11})(\*?)$/;
const codeDigits = 12;

/** How a certificate names nodes: one URI for each code or prefix. */
export const peerUri = (tier: Tier, scope: string): string => `tongban:${tier}:${scope}`;

/** The host at the other end of a gRPC connection, as its certificate has it. */
export class Peer {
  private readonly scopes: readonly PeerScope[];
  readonly serial: string;
  readonly name: string;
  private readonly endsAt: number;

  constructor(certificate: PeerCertificate) {
    this.serial = certificate.serialNumber;
    this.name = String(certificate.subject?.CN ?? '');
    this.endsAt = Date.parse(certificate.valid_to);
    this.scopes = (certificate.subjectaltname ?? '').split(', ').flatMap((text) => {
      const [, tier, digits = '', star] = uri.exec(text) ?? [];
      const isWhole = star === '*' || digits.length === codeDigits;
      return tier !== undefined && isWhole && tiers.includes(tier as Tier) ? [{ tier: tier as Tier, digits }] : [];
    });
  }

  isOver(now: number): boolean {
    return !(now < this.endsAt);
  }

  /** Whether it may speak as this node. */
  covers(node: string): boolean {
    if (!isNodeCode(node)) return false;
    const tier = tierOf(node);
    return this.scopes.some((scope) => scope.tier === tier && node.startsWith(scope.digits));
  }

  /** Whether it may serve a child of one of these nodes. */
  isBelow(hosted: Iterable<NodeCode>): boolean {
    const single = this.scopes.filter(({ digits }) => digits.length === codeDigits);
    const wide = this.scopes.filter(({ digits }) => digits.length < codeDigits);
    for (const node of hosted) {
      if (single.some(({ digits }) => parentOf(digits as NodeCode) === node)) return true;
      const below = prefixOf(node);
      const isNear = ({ tier, digits }: PeerScope): boolean =>
        tiers.indexOf(tier) > tiers.indexOf(tierOf(node)) && (digits.startsWith(below) || below.startsWith(digits));
      if (wide.some(isNear)) return true;
    }
    return false;
  }
}

/** What a frame says of itself. */
export interface Signed {
  readonly sender: string;
  readonly receiver: string;
}

/** A peer speaks as its own nodes, and along the link that is between them. Refusals: link.certificate, link.author. */
export function checkSpeaker(peer: Peer, { sender, receiver }: Signed, from: 'child' | 'parent'): Result<void> {
  if (!peer.covers(sender))
    return refuse('link.certificate', `the certificate of ${peer.name} does not name ${sender}`);
  const [below, above] = from === 'child' ? [sender, receiver] : [receiver, sender];
  return isNodeCode(below) && parentOf(below) === above
    ? ok(undefined)
    : refuse('link.author', `${sender} is not the ${from} of ${receiver}`);
}
