import {
  experimental,
  type ChannelCredentials,
  type ServerCredentials,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { ok, refuse, type NodeCode, type Refusal, type Result } from '@tongban/kernel';
import { statusOf } from './blob-status.js';
import { Peer, type PeerCertificate } from './peer.js';

export interface PeerMaterial {
  readonly certificate: Buffer;
  readonly privateKey: Buffer;
  readonly authority: Buffer;
}

/** What this host shows and believes; it may change while connections last. */
export interface PeerIdentity {
  readonly material: PeerMaterial;
  isRevoked(serial: string): boolean;
  onChange(listener: (material: PeerMaterial) => void): void;
  forget(listener: (material: PeerMaterial) => void): void;
}

/** What was refused of whom: for the log and the count. Nothing in it is of a person. */
export interface PeerRefused {
  readonly peer: string;
  readonly serial: string;
  readonly method: string;
  readonly code: string;
  readonly detail: string;
}

export interface PeerGuardOptions {
  readonly identity: PeerIdentity;
  readonly clock: { now(): number };
  readonly refused: (what: PeerRefused) => void;
}

type Provider = experimental.CertificateProvider;

/** Mutual TLS of the calls between hosts, and who may speak as whom. */
export class PeerGuard {
  constructor(private readonly options: PeerGuardOptions) {}

  /**
   * Asks for a certificate and lets a stranger in as far as the first call: there he is refused by name and counted, where
   * the handshake would have dropped him silently.
   */
  serverCredentials(): ServerCredentials {
    const provider = providerOf(this.options.identity);
    return experimental.createCertificateProviderServerCredentials(provider, provider, false);
  }

  /** Connects only to a host whose certificate names every one of these nodes. */
  channelCredentials(parents: readonly NodeCode[]): ChannelCredentials {
    const provider = providerOf(this.options.identity);
    const checkServerIdentity = (_host: string, certificate: PeerCertificate): Error | undefined => {
      const peer = new Peer(certificate);
      const admitted = this.admit(peer);
      const missing = parents.find((node) => !peer.covers(node));
      const judged =
        admitted.ok && missing !== undefined
          ? refuse('link.certificate', `the host that answers is not the host of ${missing}`)
          : admitted;
      if (judged.ok) return undefined;
      this.record(peer, 'connect', judged.refusal);
      return new Error(judged.refusal.detail);
    };
    return experimental.createCertificateProviderChannelCredentials(provider, provider, { checkServerIdentity });
  }

  /** Who calls. Refusals: link.certificate when nobody known does, or somebody whose certificate is over or revoked. */
  caller(call: { getAuthContext(): { sslPeerCertificate?: PeerCertificate } | null }): Result<Peer> {
    const certificate = call.getAuthContext()?.sslPeerCertificate;
    if (certificate === undefined) return refuse('link.certificate', 'no certificate of this city');
    const peer = new Peer(certificate);
    const admitted = this.admit(peer);
    return admitted.ok ? ok(peer) : admitted;
  }

  /** Asked again of a stream that lasts. */
  admit(peer: Peer): Result<void> {
    const { identity, clock } = this.options;
    if (identity.isRevoked(peer.serial))
      return refuse('link.certificate', `the certificate of ${peer.name} is revoked`);
    if (peer.isOver(clock.now())) return refuse('link.certificate', `the certificate of ${peer.name} is over`);
    return ok(undefined);
  }

  record(peer: Peer | undefined, method: string, { code, detail }: Refusal): void {
    this.options.refused({ peer: peer?.name ?? '', serial: peer?.serial ?? '', method, code, detail });
  }

  /** The calls, each only for hosts that serve a child of a node that is served here, and in their own name. */
  guarded(calls: UntypedServiceImplementation, hosted: ReadonlySet<NodeCode>): UntypedServiceImplementation {
    return Object.fromEntries(
      Object.entries(calls).map(([method, handler]) => [method, this.guardedCall(method, handler as Handler, hosted)]),
    ) as UntypedServiceImplementation;
  }

  private guardedCall(method: string, handler: Handler, hosted: ReadonlySet<NodeCode>): Handler {
    return (call, callback) => {
      const caller = this.caller(call);
      const asker = (call as { request?: { asker?: unknown } }).request?.asker;
      const allowed = caller.ok ? mayCall(caller.value, asker, hosted) : caller;
      if (allowed.ok) return handler(call, callback);
      this.record(caller.ok ? caller.value : undefined, method, allowed.refusal);
      const refused = statusOf(allowed.refusal);
      if (callback === undefined) call.emit('error', refused);
      else callback(refused);
      return undefined;
    };
  }
}

interface Call {
  getAuthContext(): { sslPeerCertificate?: PeerCertificate } | null;
  emit(event: 'error', error: unknown): unknown;
}
type Handler = (call: Call, callback?: (error: unknown, value?: unknown) => void) => unknown;

/** @param asker the node in whose name is asked, for calls that begin with an Ask */
function mayCall(peer: Peer, asker: unknown, hosted: ReadonlySet<NodeCode>): Result<void> {
  if (!peer.isBelow(hosted)) return refuse('link.certificate', `${peer.name} serves no child of a node of this host`);
  if (typeof asker !== 'string' || peer.covers(asker)) return ok(undefined);
  return refuse('link.certificate', `the certificate of ${peer.name} does not name ${asker}`);
}

/** As grpc-js takes certificates that change. */
function providerOf(identity: PeerIdentity): Provider {
  const wrapped = new Map<unknown, (material: PeerMaterial) => void>();
  const add = <Update>(listener: (update: Update) => void, updateOf: (material: PeerMaterial) => Update): void => {
    const told = (material: PeerMaterial): void => listener(updateOf(material));
    wrapped.set(listener, told);
    identity.onChange(told);
    // Not at once: grpc-js is not listening yet while it adds its listener.
    process.nextTick(() => told(identity.material));
  };
  const remove = (listener: unknown): void => {
    const told = wrapped.get(listener);
    if (told !== undefined) identity.forget(told);
    wrapped.delete(listener);
  };
  return {
    addCaCertificateListener: (listener) => add(listener, ({ authority }) => ({ caCertificate: authority })),
    removeCaCertificateListener: remove,
    addIdentityCertificateListener: (listener) =>
      add(listener, ({ certificate, privateKey }) => ({ certificate, privateKey })),
    removeIdentityCertificateListener: remove,
  };
}
