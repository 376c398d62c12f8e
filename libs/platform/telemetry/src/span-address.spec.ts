import fc from 'fast-check';
import { spanAddress } from './span-address.js';

const record = '01890000-0000-7000-8000-000000000001';

describe('the address of a request in a span', () => {
  it('says which route, node and record it was', () => {
    expect(spanAddress(`/v1/nodes/371102001000/cases/${record}/receipt.pdf`)).toEqual({
      'url.path': `/v1/nodes/371102001000/cases/${record}/receipt.pdf`,
    });
  });

  it('names parameters and never says what was asked for', () => {
    const url = `/v1/nodes/371102001000/cases/${record}/dossier?full=true&purpose=371102199001011234%20%E7%8E%8B&=x&%E7%8E%8B=1`;
    expect(spanAddress(url)['url.query']).toBe('full=*&purpose=*&*&*');
  });

  it.each([
    '371102199001011234',
    '13800138000',
    'P99887766',
    '%E7%8E%8B%E7%A7%80%E8%8B%B1',
    'TS371102001001202603020001',
  ])('hides %s in a path', (secret) => {
    expect(spanAddress(`/v1/cases/${secret}/x`)['url.path']).toBe('/v1/cases/*/x');
  });

  it('shows no digit beyond codes and ids, whatever the address', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii' }), fc.string({ unit: 'binary-ascii' }), (path, query) => {
        const shown = Object.values(spanAddress(`/${path}?${query}`)).join(' ');
        for (const part of shown.split(/[/?&=* ]/)) expect(part).not.toMatch(/\d{13}/);
      }),
    );
  });
});
