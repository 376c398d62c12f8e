import type { FastifyReply } from 'fastify';

/** Refusals of a request as a whole; rows are refused inside an answer. */
export const problems = {
  'E-KEY-MISSING': { status: 400, title: '缺少或错误的 Idempotency-Key' },
  'E-MALFORMED': { status: 400, title: '报文格式不正确' },
  'E-PROFILE': { status: 400, title: '不支持的交换规范' },
  'E-SIGNATURE': { status: 401, title: '签名缺失或无效' },
  'E-FORBIDDEN': { status: 403, title: '未开放' },
  'E-UNKNOWN': { status: 404, title: '没有这个地址或办件' },
  'E-KEY-REUSED': { status: 409, title: '幂等键已用于内容不同的批次' },
  'E-TOO-LARGE': { status: 413, title: '报文超过上限' },
  'E-MEDIA-TYPE': { status: 415, title: '报文须为 application/json' },
  'E-FAULT': { status: 500, title: '系统故障' },
  'E-DOWN': { status: 503, title: '系统维护中' },
} as const;
export type ProblemCode = keyof typeof problems;

/** RFC 9457. */
export function sendProblem(reply: FastifyReply, code: ProblemCode, detail?: string): FastifyReply {
  const { status, title } = problems[code];
  const body = { type: 'about:blank', title, status, code, ...(detail === undefined ? {} : { detail }) };
  return reply.code(status).type('application/problem+json').send(JSON.stringify(body));
}
