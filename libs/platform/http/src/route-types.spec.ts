import { ok, type NodeCode } from '@tongban/kernel';
import { z } from 'zod';
import { answer } from './answer.js';
import type { Person } from './ports.js';
import { defineRoute, responsesOf, type Call } from './route-spec.js';
import { Route } from './route.js';

const base = { operationId: 'a', summary: '甲', refusals: [] } as const;
const open = defineRoute({
  ...base,
  method: 'GET',
  path: '/progress/{number}',
  roles: 'public',
  division: 'public',
  response: z.object({ seq: z.int() }),
});
const command = defineRoute({
  ...base,
  method: 'POST',
  path: '/nodes/{node}/notes',
  roles: ['clerk'],
  division: 'own',
  command: true,
  ifMatch: 'required',
  body: z.object({ text: z.string() }),
  response: { 201: z.object({ seq: z.int() }), 202: z.object({ request: z.string() }) },
});

/** The compiler is the test here: a line that should not compile is marked, and is an error when it does. */
class Typed {
  @Route(command)
  exact({ person, node, key, ifMatch, body }: Call<typeof command>) {
    const all: [Person, NodeCode, string, number, string] = [person, node, key, ifMatch, body.text];
    return ok(answer(201, { seq: all[3] }));
  }

  @Route(open)
  absent({ person, node, key }: Call<typeof open>) {
    const none: [undefined, undefined, undefined] = [person, node, key];
    return { seq: none.length };
  }

  // @ts-expect-error another body than the route documents
  @Route(open)
  otherBody() {
    return { sequence: 1 };
  }

  // @ts-expect-error the call of another route
  @Route(open)
  otherCall({ key }: Call<typeof command>) {
    return { seq: key.length };
  }
}

describe('a method behind @Route', () => {
  it('stays an ordinary method', () => {
    expect(new Typed().otherBody()).toEqual({ sequence: 1 });
    expect([...responsesOf(command).keys()]).toEqual([201, 202]);
    expect([...responsesOf({ ...open, response: 'none' }).keys()]).toEqual([204]);
  });
});
