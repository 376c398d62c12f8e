import { z } from 'zod';

const count = z.int().min(0);

export const formatQuerySchema = z.object({
  format: z.enum(['xlsx', 'json']).default('xlsx').meta({ description: '文件格式' }),
});

export const exportQuerySchema = formatQuerySchema.extend({
  content: z
    .enum(['catalogue', 'template'])
    .default('catalogue')
    .meta({ description: 'catalogue 导出本级已发布的目录，template 只要空白模板' }),
});

export const problemsSchema = z.array(
  z
    .object({
      sheet: z.string().meta({ description: '工作表；JSON 文件为列表名' }),
      row: count.meta({ description: '行号，从 1 起；JSON 文件为列表中的序号' }),
      cell: z.string().optional().meta({ description: '单元格，如 F12' }),
      column: z.string().optional().meta({ description: '列名；JSON 文件为路径' }),
      message: z.string(),
    })
    .meta({ id: 'SheetProblem' }),
);

export const checkAnswerSchema = z
  .object({
    departments: count,
    items: count,
    delegations: count,
    bases: count,
    localisations: count,
    stationings: count,
    agents: count,
    total: count.meta({ description: '问题总数' }),
    problems: problemsSchema.meta({ description: '逐行逐列的问题，最多列出 500 处' }),
  })
  .meta({ id: 'SheetCheck' });

export const importAnswerSchema = z
  .object({ published: count, unchanged: count, items: count, departments: count, delegations: count })
  .meta({ id: 'SheetImport' });

export const importProposedSchema = z
  .object({
    state: z.literal('proposed'),
    proposal: z.uuid().meta({ description: '待核准发布的编号' }),
    seq: count,
    toPublish: count,
    unchanged: count,
    items: count,
    departments: count,
    delegations: count,
  })
  .meta({ id: 'SheetImportProposed', description: '表格无误，已提交，须由另一人核准后发布' });
