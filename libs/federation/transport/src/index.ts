export {
  entryFromWire,
  entryToWire,
  fromWire,
  refusalBytes,
  requestBytes,
  toWire,
  type Message,
  type RefusalMessage,
  type Request,
} from './wire.js';
export type { Courier, FrameHandler } from './courier.js';
export { NatsCourier, type NatsCourierOptions, type UnreadableFrame } from './nats-courier.js';
export {
  federationDefinition,
  grpcChannelOptions,
  GrpcChildCourier,
  grpcLimits,
  GrpcParentCourier,
} from './grpc-courier.js';
export { blobClient, readBlob, statBlob, writeBlob } from './blob-client.js';
export {
  blobCallLimits,
  type BlobFiles,
  type BlobHeader,
  type BlobHeld,
  type BlobSource,
  type BlobWriter,
} from './blob-files.js';
export { blobService, type BlobJudge } from './blob-server.js';
export { AskClient, type AskClientOptions } from './ask-client.js';
export { askService, type AskHandlers, type AskServiceOptions } from './ask-service.js';
export { askLimits, checkAsk, signAsk, type AskName, type AskPair } from './asks.js';
export {
  PeerGuard,
  type PeerGuardOptions,
  type PeerIdentity,
  type PeerMaterial,
  type PeerRefused,
} from './peer-guard.js';
export { Peer, peerUri, type PeerCertificate } from './peer.js';
