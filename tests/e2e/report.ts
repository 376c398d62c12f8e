import { z } from 'zod';

const entry = z.strictObject({ type: z.string(), node: z.string(), at: z.iso.datetime(), msPerHop: z.number() });
const reportCase = z.strictObject({
  number: z.string().min(1),
  item: z.string().min(1),
  path: z.array(z.string()).min(1),
  entries: z.array(entry).min(1),
  holders: z.array(z.strictObject({ node: z.string(), headHash: z.string() })),
  province: z.string(),
});
const totals = z.strictObject({
  nodes: z.int(),
  items: z.int(),
  departments: z.int(),
  delegations: z.int(),
  nodesWithNewestCatalogue: z.int(),
  submitted: z.int(),
  closed: z.int(),
  acknowledged: z.int(),
  lost: z.int(),
  duplicated: z.int(),
  divergent: z.int(),
  elapsedSeconds: z.number(),
  rssMegabytes: z.number(),
  regimes: z.array(z.string()),
});
const report = z.strictObject({ cases: z.array(reportCase).min(1), totals });

/** The JSON line of `tongbanctl up --json`; its shape is API. */
export type Report = z.infer<typeof report>;
export type ReportCase = z.infer<typeof reportCase>;

export const parseReport = (line: string): Report => report.parse(JSON.parse(line));
