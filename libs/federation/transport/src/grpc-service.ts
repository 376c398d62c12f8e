import {
  create,
  fromBinary,
  toBinary,
  type DescMessage,
  type DescService,
  type MessageShape,
} from '@bufbuild/protobuf';
import type { ServiceDefinition } from '@grpc/grpc-js';

/** A generated service as grpc-js wants it: paths and (de)serializers, nothing else. */
export function grpcDefinition(service: DescService): ServiceDefinition {
  const methods = service.methods.map((method) => [
    method.localName,
    {
      path: `/${service.typeName}/${method.name}`,
      originalName: method.localName,
      requestStream: method.methodKind === 'client_streaming' || method.methodKind === 'bidi_streaming',
      responseStream: method.methodKind === 'server_streaming' || method.methodKind === 'bidi_streaming',
      requestSerialize: serializer(method.input),
      requestDeserialize: deserializer(method.input),
      responseSerialize: serializer(method.output),
      responseDeserialize: deserializer(method.output),
    },
  ]);
  return Object.fromEntries(methods) as ServiceDefinition;
}

const serializer =
  <Desc extends DescMessage>(schema: Desc) =>
  (message: MessageShape<Desc>): Buffer =>
    Buffer.from(toBinary(schema, message.$typeName === undefined ? create(schema, message) : message));

const deserializer =
  <Desc extends DescMessage>(schema: Desc) =>
  (bytes: Buffer): MessageShape<Desc> =>
    fromBinary(schema, bytes);
