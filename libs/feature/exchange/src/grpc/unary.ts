import { fromBinary, toBinary, type DescMessage, type MessageShape } from '@bufbuild/protobuf';
import { Metadata, type Client } from '@grpc/grpc-js';
import { ProvinceExchangeService } from '@tongban/contract';

export const path = (method: string): string => `/${ProvinceExchangeService.typeName}/${method}`;
export const serializer =
  <D extends DescMessage>(schema: D) =>
  (message: MessageShape<D>): Buffer =>
    Buffer.from(toBinary(schema, message));
export const deserializer =
  <D extends DescMessage>(schema: D) =>
  (bytes: Buffer): MessageShape<D> =>
    fromBinary(schema, bytes);

/** One question and its answer; throws what the call fails with. */
export const unary = <Question extends DescMessage, Answer extends DescMessage>(
  client: Client,
  method: string,
  schemas: { readonly question: Question; readonly answer: Answer },
  message: MessageShape<Question>,
  timeoutMs: number,
): Promise<MessageShape<Answer>> =>
  new Promise((resolve, reject) => {
    client.makeUnaryRequest(
      path(method),
      serializer(schemas.question),
      deserializer(schemas.answer),
      message,
      new Metadata(),
      { deadline: Date.now() + timeoutMs },
      (error, response) =>
        error === null && response !== undefined ? resolve(response) : reject(error ?? new Error('no answer')),
    );
  });
