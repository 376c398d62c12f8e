/** A body with a status or headers of its own. */
export class Answer<T> {
  constructor(
    readonly status: number,
    readonly body: T,
    readonly headers: Readonly<Record<string, string>>,
  ) {}
}

export interface AnswerOptions {
  /** Sequence number of the record, sent as `ETag: "<seq>"`. */
  readonly etag?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

export function answer<T>(status: number, body: T, { etag, headers }: AnswerOptions = {}): Answer<T> {
  return new Answer(status, body, { ...(etag === undefined ? {} : { etag: etagOf(etag) }), ...headers });
}

/** A strong validator (RFC 9110 §8.8.3): a record changes only by a new sequence number. */
export const etagOf = (seq: number): string => `"${seq}"`;
