import { z } from 'zod';

export type JsonSchema = { [key: string]: unknown };
type Io = 'input' | 'output';

const pointerPrefix = '#/$defs/';
const deepestSchema = 64;

/**
 * Turns zod schemas into JSON Schema 2020-12, the dialect of OpenAPI 3.1. A schema with a `meta({ id })` becomes a
 * component; when what is sent and what is answered differ for one id (a default makes a member optional on the way in),
 * the way in is called `<id>Input`.
 */
export class SchemaCollector {
  private readonly drafts: Record<Io, Map<string, JsonSchema>> = { input: new Map(), output: new Map() };

  /** A schema in place, with references to components still by id and direction. */
  add(schema: z.ZodType, io: Io): JsonSchema {
    const {
      $schema: _dialect,
      $defs,
      ...root
    } = z.toJSONSchema(schema, {
      io,
      unrepresentable: 'any',
      // A client must bear members that come later; zod closes the objects of answers. Its `id` keyword is no JSON Schema.
      override: ({ jsonSchema }) => {
        if (io === 'output' && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
        delete jsonSchema.id;
      },
    });
    for (const [id, definition] of Object.entries($defs ?? {})) {
      this.drafts[io].set(id, rewritten(definition, (reference) => this.mark(reference, io)) as JsonSchema);
    }
    return rewritten(root, (reference) => this.mark(reference, io)) as JsonSchema;
  }

  private mark(reference: string, io: Io): string {
    return reference.startsWith(pointerPrefix) ? `${io}:${reference.slice(pointerPrefix.length)}` : reference;
  }

  /** Settles the names: the components, and a function that resolves the references of a document part. */
  finish(): { readonly components: Record<string, JsonSchema>; readonly resolve: (part: unknown) => unknown } {
    const nameOf = (reference: string): string => {
      const [io, id] = reference.split(':') as [Io, string];
      return io === 'input' && this.differs(id) ? `${id}Input` : id;
    };
    const resolve = (part: unknown): unknown =>
      rewritten(part, (reference) =>
        /^(input|output):/.test(reference) ? `#/components/schemas/${nameOf(reference)}` : reference,
      );
    const components: Record<string, JsonSchema> = {};
    for (const io of ['input', 'output'] as const) {
      for (const [id, schema] of this.drafts[io]) components[nameOf(`${io}:${id}`)] = resolve(schema) as JsonSchema;
    }
    return { components: sorted(components), resolve };
  }

  private differs(id: string): boolean {
    const plain = (io: Io): string => JSON.stringify(this.drafts[io].get(id)).replaceAll(`"${io}:`, '":');
    return this.drafts.output.has(id) && this.drafts.input.has(id) && plain('input') !== plain('output');
  }
}

const sorted = (schemas: Record<string, JsonSchema>): Record<string, JsonSchema> =>
  Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1)));

/** A copy with every `$ref` passed through `rename`. */
function rewritten(part: unknown, rename: (reference: string) => string, depth = 0): unknown {
  if (depth > deepestSchema) throw new Error('a JSON schema is nested too deeply');
  if (Array.isArray(part)) return part.map((item) => rewritten(item, rename, depth + 1));
  if (typeof part !== 'object' || part === null) return part;
  const copy: JsonSchema = {};
  for (const [key, value] of Object.entries(part)) {
    copy[key] = key === '$ref' && typeof value === 'string' ? rename(value) : rewritten(value, rename, depth + 1);
  }
  return copy;
}
