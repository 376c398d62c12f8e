import type { Message } from '@tongban/federation/transport';

/** Runs `work` in a span that continues a trace which came from elsewhere; without a trace, just runs it. */
export type Traced = <T>(
  traceparent: string | undefined,
  name: 'apply' | 'relay',
  attributes: Readonly<Record<string, string>>,
  work: () => Promise<T>,
) => Promise<T>;

/** An envelope carries many traces; its span continues the first. When the link is idle that is the only one. */
export function traceparentOfMessages(messages: readonly (Message | undefined)[]): string | undefined {
  for (const message of messages) {
    if (message?.kind === 'entry' && message.entry.traceparent !== undefined) return message.entry.traceparent;
    if (message?.kind === 'request' && message.request.traceparent !== undefined) return message.request.traceparent;
  }
  return undefined;
}
