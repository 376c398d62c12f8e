import fc from 'fast-check';
import { originAllowed, redirectAllowed } from './redirects.js';

const loopback = ['http://127.0.0.1/*'];
const site = ['https://tb.example.gov.cn/*'];

describe('redirect URIs', () => {
  it.each([
    ['http://127.0.0.1:18101/callback', loopback],
    ['http://127.0.0.1/', loopback],
    ['https://tb.example.gov.cn/a/b?c=d', site],
    ['https://tb.example.gov.cn/exact', ['https://tb.example.gov.cn/exact']],
  ])('%s is allowed', (uri, patterns) => {
    expect(redirectAllowed(patterns, uri)).toBe(true);
  });

  it.each([
    ['https://tb.example.gov.cn.evil.example/', site],
    ['https://tb.example.gov.cn:8443/', site],
    ['https://tb.example.gov.cn@evil.example/', site],
    ['http://tb.example.gov.cn/', site],
    ['https://tb.example.gov.cn/a#b', site],
    ['https://tb.example.gov.cn/app/../other', ['https://tb.example.gov.cn/app/*']],
    ['https://tb.example.gov.cn/app\\..\\other', ['https://tb.example.gov.cn/app/*']],
    ['https://tb.example.gov.cn/exact/more', ['https://tb.example.gov.cn/exact']],
    ['http://127.0.0.1@evil.example:80/', loopback],
    ['http://127.0.0.1.evil.example/', loopback],
    ['javascript:alert(1)', loopback],
    ['', loopback],
    ['http://127.0.0.1/', []],
  ])('%s is refused', (uri, patterns) => {
    expect(redirectAllowed(patterns, uri)).toBe(false);
  });

  it('that are allowed by a site pattern always lead to that site', () => {
    const uri = fc.oneof(
      fc.webUrl(),
      fc.string().map((tail) => `https://tb.example.gov.cn${tail}`),
    );
    fc.assert(
      fc.property(uri, (given) => {
        if (redirectAllowed(site, given)) expect(new URL(given).origin).toBe('https://tb.example.gov.cn');
      }),
      { numRuns: 500 },
    );
  });
});

describe('origins', () => {
  it('follow the patterns', () => {
    expect(originAllowed(loopback, 'http://127.0.0.1:18101')).toBe(true);
    expect(originAllowed(site, 'https://tb.example.gov.cn')).toBe(true);
    expect(originAllowed(site, 'https://evil.example')).toBe(false);
    expect(originAllowed(site, 'null')).toBe(false);
    expect(originAllowed(loopback, 'http://127.0.0.1.evil.example')).toBe(false);
  });
});
