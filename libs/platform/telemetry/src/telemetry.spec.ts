import { trace } from '@opentelemetry/api';
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { createLogger, nestLogger } from './logger.js';
import { createMetrics } from './metrics.js';
import { currentTraceId, currentTraceparent, span, traceIdOf, withRemoteParent } from './span.js';
import { startTracing, type Tracing } from './tracing.js';

const exporter = new InMemorySpanExporter();
let tracing: Tracing;
beforeAll(async () => {
  tracing = await startTracing({ service: 'test', processor: new SimpleSpanProcessor(exporter) });
});
beforeEach(() => exporter.reset());
afterAll(() => tracing.stop());

function capture(): { readonly lines: Record<string, unknown>[]; readonly logger: ReturnType<typeof createLogger> } {
  const lines: Record<string, unknown>[] = [];
  const write = (text: string): void => void lines.push(JSON.parse(text) as Record<string, unknown>);
  return { lines, logger: createLogger({ service: 'township', level: 'debug', destination: { write } }) };
}

describe('createLogger', () => {
  it('writes service, level, time and the ids of the active span', async () => {
    const { lines, logger } = capture();
    logger.info('outside');
    await span('work', () => logger.warn({ record: 'r1' }, 'inside'));
    expect(lines[0]).toMatchObject({ level: 'info', service: 'township', msg: 'outside' });
    expect(lines[0]).not.toHaveProperty('trace_id');
    const [finished] = exporter.getFinishedSpans();
    expect(lines[1]).toMatchObject({
      level: 'warn',
      record: 'r1',
      trace_id: finished?.spanContext().traceId,
      span_id: finished?.spanContext().spanId,
    });
    expect(Date.parse(String(lines[1]?.['time']))).not.toBeNaN();
  });

  it('hides credentials and personal data at any depth', () => {
    const { lines, logger } = capture();
    logger.info({
      headers: { Authorization: 'Bearer geheim' },
      token: 'geheim',
      applicants: [{ name: 'geheim', identityNumber: 'geheim', phone: 'geheim', division: '371102001001' }],
      bytes: Buffer.from('geheim'),
    });
    expect(JSON.stringify(lines)).not.toContain('geheim');
    expect(JSON.stringify(lines)).toContain('371102001001');
  });

  it('writes of an error its message, code, stack and causes, never what a driver adds', () => {
    const { lines, logger } = capture();
    const cause = Object.assign(new Error('lost'), { code: 'ECONNRESET' });
    const error = Object.assign(new Error('failed', { cause }), {
      code: '23505',
      detail: 'geheim',
      parameters: ['geheim'],
    });
    logger.error({ err: error }, 'query');
    logger.error(error);
    expect(JSON.stringify(lines)).not.toContain('geheim');
    for (const line of lines) {
      expect(line['err']).toMatchObject({ message: 'failed', code: '23505', cause: { code: 'ECONNRESET' } });
    }
  });

  it('survives cycles', () => {
    const { lines, logger } = capture();
    const loop: Record<string, unknown> = {};
    loop['self'] = loop;
    logger.info(loop, 'cycle');
    expect(lines[0]?.['msg']).toBe('cycle');
  });

  it('serves as the logger of Nest', () => {
    const { lines, logger } = capture();
    const nest = nestLogger(logger);
    nest.log('Mapped', 'RouterExplorer');
    nest.error(new Error('broken'), 'Module');
    nest.error('broken', 'at stack', 'Module');
    expect(lines[0]).toMatchObject({ level: 'debug', msg: 'Mapped', context: 'RouterExplorer' });
    expect(lines[1]).toMatchObject({ level: 'error', msg: 'broken', context: 'Module', err: { message: 'broken' } });
    expect(lines[2]).toMatchObject({ msg: 'broken', stack: 'at stack', context: 'Module' });
  });
});

describe('spans', () => {
  const stored = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

  it('go on across a stored traceparent and keep a link to where the work was found', async () => {
    let seen: string | undefined;
    await span('sweep', async () => {
      await withRemoteParent(stored, 'deliver', 'consumer', { 'tongban.link': 'a' }, async () => {
        await Promise.resolve();
        seen = currentTraceparent();
      });
    });
    const [deliver, sweep] = exporter.getFinishedSpans();
    expect(deliver?.parentSpanContext?.spanId).toBe('00f067aa0ba902b7');
    expect(deliver?.spanContext().traceId).toBe(traceIdOf(stored));
    expect(deliver?.links[0]?.context.spanId).toBe(sweep?.spanContext().spanId);
    expect(seen).toBe(`00-${traceIdOf(stored)}-${deliver?.spanContext().spanId}-01`);
  });

  it.each([undefined, 'nonsense', '00-00000000000000000000000000000000-00f067aa0ba902b7-01'])(
    'start a new trace for the traceparent %s',
    async (text) => {
      await span('outer', () => withRemoteParent(text, 'fresh', 'internal', {}, () => undefined));
      const [fresh, outer] = exporter.getFinishedSpans();
      expect(fresh?.parentSpanContext).toBeUndefined();
      expect(fresh?.spanContext().traceId).not.toBe(outer?.spanContext().traceId);
    },
  );

  it('pass an error on and mark the span without its message', async () => {
    await expect(span('bad', () => Promise.reject(new TypeError('geheim')))).rejects.toThrow('geheim');
    expect(exporter.getFinishedSpans()[0]?.status).toEqual({ code: 2, message: 'TypeError' });
    expect(trace.getActiveSpan()).toBeUndefined();
    expect(currentTraceparent()).toBeUndefined();
    expect(currentTraceId()).toBeUndefined();
  });
});

describe('startTracing', () => {
  it('stops within its bound when the receiver is away', async () => {
    const exporting = await startTracing({ service: 'test', otlpEndpoint: 'http://127.0.0.1:9/' });
    const before = Date.now();
    await exporting.stop();
    expect(Date.now() - before).toBeLessThan(4_000);
  });
});

describe('createMetrics', () => {
  it('counts requests by operation and shows the process', async () => {
    const metrics = createMetrics('township');
    metrics.observeHttp({ operation: 'submitCase', method: 'POST', status: 201, seconds: 0.02 });
    const text = await metrics.text();
    expect(text).toMatch(/http_server_request_duration_seconds_count\{.*operation="submitCase".*\} 1/);
    expect(text).toContain('process_resident_memory_bytes');
  });
});
