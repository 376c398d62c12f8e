import { departmentSchema, serviceItemSchema, type Catalogue } from '@tongban/domain/catalogue';
import { delegationSchema } from '@tongban/domain/delegation';
import type { Sql } from '@tongban/journal';
import type { NodeCode } from '@tongban/kernel';

interface Row {
  readonly kind: string;
  readonly state: unknown;
}

/**
 * The newest version of each record that a node has published and not withdrawn, by key. Reads the catalogue's table
 * `catalogue_record`. What another release has published and this one cannot read is left out.
 */
export async function readPublished(sql: Sql, node: NodeCode): Promise<Catalogue> {
  const rows = await sql.query<Row>(
    `select kind, state from catalogue_record
      where publisher = $1 and not withdrawn and kind in ('department', 'item', 'delegation')
      order by kind, key collate "C"`,
    [node],
  );
  const catalogue: Catalogue = { departments: [], items: [], delegations: [] };
  for (const { kind, state } of rows) {
    if (kind === 'department') push(catalogue.departments, departmentSchema.safeParse(state));
    else if (kind === 'item') push(catalogue.items, serviceItemSchema.safeParse(state));
    else push(catalogue.delegations, delegationSchema.safeParse(state));
  }
  return catalogue;
}

function push<T>(list: T[], read: { readonly success: boolean; readonly data?: T }): void {
  if (read.success && read.data !== undefined) list.push(read.data);
}
