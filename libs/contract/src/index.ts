export {
  catalogueSubject,
  hostConsumer,
  inboxFilters,
  inboxSubject,
  statusFilters,
  statusSubject,
  streams,
  streamSubjects,
} from './subjects.js';
export {
  ActorSchema,
  EntrySchema,
  SignatureSchema,
  type Actor as WireActor,
  type Entry as WireEntry,
  type Signature as WireSignature,
} from './gen/tongban/common/v1/entry_pb.js';
export {
  RefusalSchema,
  RequestSchema,
  type Refusal as WireRefusal,
  type Request as WireRequest,
} from './gen/tongban/casework/v1/request_pb.js';
export { CatalogueRecordSchema, type CatalogueRecord } from './gen/tongban/catalogue/v1/catalogue_pb.js';
export {
  BlobChunkSchema,
  EnvelopeBodySchema,
  EnvelopeSchema,
  FederationService,
  FrameSchema,
  HelloSchema,
  LinkMessageSchema,
  LinkStatusBodySchema,
  LinkStatusSchema,
  ReadBlobRequestSchema,
  StatBlobRequestSchema,
  StatBlobResponseSchema,
  type BlobChunk,
  type Envelope,
  type EnvelopeBody,
  type Frame,
  type LinkMessage,
  type LinkStatus,
  type LinkStatusBody,
  type ReadBlobRequest,
  type StatBlobRequest,
  type StatBlobResponse,
} from './gen/tongban/federation/v1/federation_pb.js';
