import { ApiProblem, isOffline } from './index.js';
import { problemOf } from './problem.js';

describe('what a request ended with', () => {
  it('is the problem that the server named, with its fields and trace', () => {
    const errors = [{ path: 'applicant.name', message: '不能为空' }];
    const told = {
      type: 'urn:tongban:problem:request.invalid',
      title: '请求不正确',
      detail: '请检查',
      code: 'request.invalid',
    };
    const problem = problemOf({ ...told, status: 400, traceId: 't1', errors }, new Response(null, { status: 400 }));
    expect(problem).toBeInstanceOf(ApiProblem);
    expect(problem).toMatchObject({
      code: 'request.invalid',
      status: 400,
      traceId: 't1',
      fields: errors,
      message: '请检查',
    });
    expect(isOffline(problem)).toBe(false);
  });

  it('names one by one what stands in the way', () => {
    const told = {
      type: 'urn:x',
      title: '正在使用',
      detail: '正在使用',
      code: 'catalogue.in-use',
      status: 409,
      traceId: 't1',
    };
    const answer = new Response(null, { status: 409 });
    expect(problemOf({ ...told, params: { uses: ['授权 a', '在办 3 件'] } }, answer).lines).toEqual([
      '授权 a',
      '在办 3 件',
    ]);
    expect(problemOf(told, answer).lines).toEqual([]);
  });

  it('is "offline" only where no answer came at all', () => {
    expect(isOffline(problemOf(new TypeError('Failed to fetch'), undefined))).toBe(true);
    const page = problemOf('<html>502</html>', new Response(null, { status: 502 }));
    expect(isOffline(page)).toBe(false);
    expect(page).toMatchObject({ code: 'console.answer', status: 502 });
  });
});
