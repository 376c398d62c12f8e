import { unwrap } from '@tongban/kernel';
import fc from 'fast-check';
import { contentKinds, readInbox } from './inbox.js';

const id = '01900000-0000-7000-8000-000000000001';
const order = {
  ...{ position: 4, id, kind: 'supervision', projectno: '37110200100020260302000013' },
  ...{ content: '请核实办理进度', issued: '2026-03-02T10:00:00+08:00', due: '2026-03-09' },
};
const read = (...messages: object[]) => readInbox(3, { messages });

describe('a page of the inbox', () => {
  it('gives orders with their number, day and time', () => {
    expect(unwrap(read(order))).toEqual([
      {
        ...{ kind: 'supervision', position: 4, id, number: order.projectno, content: order.content, due: order.due },
        issuedAt: Date.UTC(2026, 2, 2, 2),
      },
    ]);
    expect(unwrap(read())).toEqual([]);
  });

  it.each([
    ['another kind', { kind: 'greeting' }],
    ['no number', { projectno: '' }],
    ['a blank content', { content: '  ' }],
    ['a content of 801 characters', { content: '督'.repeat(801) }],
    ['a day that is none', { due: '2026-02-30' }],
    ['a time without its zone', { issued: '2026-03-02 10:00' }],
  ])('has %s as unsupported, so that it is not asked for again', (_what, changes) => {
    expect(unwrap(read({ ...order, ...changes }))).toEqual([{ kind: 'unsupported', position: 4, id }]);
  });

  it('leaves applications, ratings and the base catalogue to whoever works on them, whatever they say', () => {
    const { position, id: _id, kind: _kind, ...content } = order;
    for (const kind of contentKinds)
      expect(unwrap(read({ ...order, kind }))).toEqual([{ kind, position, id, content }]);
  });

  it.each([
    ['text', '<html>'],
    ['a message without a position', { messages: [{ id, kind: 'supervision' }] }],
    ['an id that is none', { messages: [{ ...order, id: 'x' }] }],
    ['a position that was read', { messages: [{ ...order, position: 3 }] }],
    ['two of one position', { messages: [order, { ...order, id: '01900000-0000-7000-8000-000000000002' }] }],
    ['more than was asked for', { messages: Array.from({ length: 101 }, (_, at) => ({ ...order, position: at + 4 })) }],
  ])('is refused where it is %s', (_what, json) => {
    expect(readInbox(3, json)).toMatchObject({ refusal: { code: 'exchange.answer' } });
  });

  it('is read or refused, and never throws', () => {
    fc.assert(fc.property(fc.jsonValue(), (json) => typeof readInbox(0, { messages: [json] }).ok === 'boolean'));
  });
});
