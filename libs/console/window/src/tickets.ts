import { ApiProblem, call, commandHeaders, newKey, routes, type shapes } from '@tongban/console/api';
import { forgetHandled } from '@tongban/console/shared';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import type { Counter } from './counter.js';

const refreshMs = 5_000;

export type Ticket = shapes.ListTicketsResponse['tickets'][number];
export const ticketActs = ['open', 'close', 'call', 'recall', 'serve', 'finish', 'skip', 'noShow'] as const;
export type TicketAct = (typeof ticketActs)[number];

const ticketsKey = ({ node, hall }: Counter) => ['tickets', node, hall] as const;

/** The queue of the counter's hall: who is at this counter, and how many wait. */
export function useQueue(counter: Counter) {
  const { node, hall, window } = counter;
  const found = useQuery({
    queryKey: ticketsKey(counter),
    queryFn: ({ signal }) => call(routes.listTickets, { path: { node, hall }, signal }),
    refetchInterval: refreshMs,
  });
  const tickets = found.data?.tickets ?? [];
  return {
    error: found.error,
    isPending: found.isPending,
    again: () => void found.refetch(),
    waiting: tickets.filter(({ state }) => state === 'waiting').length,
    passed: tickets.filter(({ state }) => state === 'skipped'),
    current: tickets.find((one) => one.window === window && (one.state === 'called' || one.state === 'serving')),
  };
}

interface Asked {
  readonly act: TicketAct;
  readonly ticket?: string;
  /** What was handled for the person at the counter, told with the end. */
  readonly cases?: readonly string[];
}

function send({ node, hall, window }: Counter, { act, ticket = '', cases = [] }: Asked, key: string): Promise<unknown> {
  const headers = commandHeaders(key);
  const atWindow = { path: { node, hall, window }, headers };
  const ofTicket = { path: { node, ticket }, headers };
  switch (act) {
    case 'open':
      return call(routes.openWindow, atWindow);
    case 'close':
      return call(routes.closeWindow, atWindow);
    case 'call':
      return call(routes.callNextTicket, atWindow);
    case 'recall':
      return call(routes.recallTicket, { ...ofTicket, body: { window } });
    case 'serve':
      return call(routes.serveTicket, ofTicket);
    case 'finish':
      return call(routes.finishTicket, { ...ofTicket, body: { cases: [...cases] } });
    case 'skip':
      return call(routes.skipTicket, ofTicket);
    case 'noShow':
      return call(routes.noteNoShow, ofTicket);
  }
}

/** Acts at the counter. One that got no answer is sent again under its key: nobody is called twice by a broken line. */
export function useTicketActs(counter: Counter) {
  const queries = useQueryClient();
  const unanswered = useRef<{ readonly asked: string; readonly key: string }>(undefined);
  return useMutation({
    mutationFn: async (asked: Asked) => {
      const name = JSON.stringify(asked);
      const key = unanswered.current?.asked === name ? unanswered.current.key : newKey();
      unanswered.current = { asked: name, key };
      try {
        await send(counter, asked, key);
        unanswered.current = undefined;
        // What comes now is for the next person.
        if (asked.act === 'serve' || asked.act === 'finish') forgetHandled();
      } catch (error) {
        if (error instanceof ApiProblem && error.status > 0) unanswered.current = undefined;
        throw error;
      }
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ticketsKey(counter) }),
  });
}

export const useHalls = (node: string) =>
  useQuery({
    queryKey: ['halls', node],
    queryFn: ({ signal }) => call(routes.listHalls, { path: { node }, signal }),
  });
