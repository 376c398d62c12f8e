import { policy } from '@tongban/domain/policy';
import { Controller, Inject } from '@nestjs/common';
import { localDate } from '@tongban/domain/calendar';
import { wholeCatalogue, type Catalogue } from '@tongban/domain/catalogue';
import { ok, type Clock, type Result } from '@tongban/kernel';
import { answer, defineRoute, RequestRefusal, Route, type Call, type Outcome } from '@tongban/platform/http';
import { listsOf } from '../layout/from-rows.js';
import { problemPath, type SheetProblem } from '../layout/problem.js';
import { sheetLimits } from '../limits.js';
import type { SheetCatalogue } from '../ports.js';
import { sheetTokens } from '../tokens.js';
import type { ImportCatalogue, SheetFormat } from '../usecase/import-catalogue.js';
import { writeWorkbook, type Export } from '../workbook/write.js';
import {
  checkAnswerSchema,
  exportQuerySchema,
  formatQuerySchema,
  importAnswerSchema,
  importProposedSchema,
} from './schemas.js';
const fileRefusals = [
  'sheet.not-xlsx',
  'sheet.too-large',
  'sheet.unsafe',
  'sheet.layout',
  'request.malformed',
  'service.busy',
] as const;

const exportCatalogue = defineRoute({
  ...policy.exportCatalogue,
  method: 'GET',
  path: '/nodes/{node}/catalogue/export',
  operationId: 'exportCatalogue',
  summary: '导出本级发布的目录，或空白模板',
  query: exportQuerySchema,
  response: 'bytes',
  refusals: ['sheet.not-representable'],
});

const checkImport = defineRoute({
  ...policy.checkCatalogueImport,
  method: 'POST',
  path: '/nodes/{node}/catalogue/import/check',
  operationId: 'checkCatalogueImport',
  summary: '逐行逐列检查要导入的目录，不写入任何内容',
  query: formatQuerySchema,
  body: 'bytes',
  response: checkAnswerSchema,
  refusals: [...fileRefusals],
});

const importCatalogue = defineRoute({
  ...policy.importCatalogue,
  method: 'POST',
  path: '/nodes/{node}/catalogue/import',
  operationId: 'importCatalogue',
  summary: '导入目录，全部提交或全部不写入；须另一人核准后发布，本级首次导入的立即发布',
  command: true,
  query: formatQuerySchema,
  body: 'bytes',
  response: { 201: importAnswerSchema, 202: importProposedSchema },
  refusals: [
    ...fileRefusals,
    'sheet.invalid',
    'request.key-reused',
    'item.invalid',
    'item.version-conflict',
    'catalogue.version-conflict',
    'delegation.invalid',
  ],
});

const mediaTypes: Readonly<Record<SheetFormat, string>> = {
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  json: 'application/json; charset=utf-8',
};

@Controller()
export class SheetsController {
  constructor(
    @Inject(sheetTokens.catalogue) private readonly catalogue: SheetCatalogue,
    @Inject(sheetTokens.imports) private readonly imports: ImportCatalogue,
    @Inject(sheetTokens.clock) private readonly clock: Clock,
  ) {}

  @Route(exportCatalogue)
  async export({ node, query, person }: Call<typeof exportCatalogue>): Promise<Outcome<typeof exportCatalogue>> {
    const isTemplate = query.content === 'template';
    const catalogue = isTemplate ? wholeCatalogue() : await this.catalogue.published(node);
    const exported = isTemplate ? undefined : { subject: person.subject, at: this.clock.now() };
    const file = await fileOf(catalogue, query.format, exported);
    if (!file.ok) return file;
    const name = isTemplate ? 'catalogue-template' : `catalogue-${node}-${localDate(this.clock.now())}`;
    const headers = {
      'content-type': mediaTypes[query.format],
      'content-disposition': `attachment; filename="${name}.${query.format}"`,
    };
    return ok(answer(200, file.value, { headers }));
  }

  @Route(checkImport)
  async check({ node, body, query }: Call<typeof checkImport>): Promise<Outcome<typeof checkImport>> {
    const checked = await this.imports.check(node, body, query.format);
    if (!checked.ok) return checked;
    const { catalogue, problems } = checked.value;
    return {
      ...listsOf((list) => catalogue[list].length),
      total: problems.length,
      problems: problems.slice(0, sheetLimits.problemsTold),
    };
  }

  @Route(importCatalogue)
  async import(call: Call<typeof importCatalogue>): Promise<Outcome<typeof importCatalogue>> {
    const { node, body, query, person, role, key, traceparent } = call;
    const actor = { subject: person.subject, role, division: node };
    const by = { actor, actorName: person.name, key, traceparent };
    const done = await this.imports.import({ node, file: body, format: query.format, ...by });
    if (!done.ok) return done;
    const { outcome } = done.value;
    if (outcome === undefined) throw refusalOf(done.value.checked.problems);
    return outcome.state === 'published'
      ? answer(201, outcome.publication)
      : answer(202, { state: 'proposed' as const, ...outcome.proposed });
  }
}

const fileOf = (
  catalogue: Catalogue,
  format: SheetFormat,
  exported: Export | undefined,
): Promise<Result<Buffer>> | Result<Buffer> =>
  format === 'xlsx' ? writeWorkbook(catalogue, exported) : ok(Buffer.from(`${JSON.stringify(catalogue, null, 2)}\n`));

function refusalOf(problems: readonly SheetProblem[]): RequestRefusal {
  const told = problems.slice(0, sheetLimits.problemsTold);
  const errors = told.map((problem) => ({ path: problemPath(problem), message: problem.message }));
  return new RequestRefusal('sheet.invalid', `表格有 ${problems.length} 处不符合要求，未写入任何内容`, errors);
}
