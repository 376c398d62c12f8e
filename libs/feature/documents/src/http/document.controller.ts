import { Controller, Inject } from '@nestjs/common';
import { isoInstant, ok, refuse, type Refusal, type Result, type Role } from '@tongban/kernel';
import { answer, Route, type Call } from '@tongban/platform/http';
import type { DocumentTools } from '../ports.js';
import { DOCUMENTS } from '../tokens.js';
import { listDocuments, printDocument, type GivenDocument, type PrintOrder } from '../usecase/print-document.js';
import { list, print, receipt } from './document-routes.js';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const refusedBy = ({ code, detail, params }: Refusal): Result<never> => refuse(code, detail, params);

type Asking = Pick<Call<typeof list>, 'node' | 'role' | 'person' | 'params'>;

@Controller()
export class DocumentController {
  constructor(@Inject(DOCUMENTS) private readonly tools: DocumentTools) {}

  @Route(list)
  async list(call: Call<typeof list>) {
    const may = await mayRead(this.tools, call);
    if (!may.ok) return refusedBy(may.refusal);
    const listed = await listDocuments(this.tools, call.node, call.params.record);
    if (!listed.ok) return refusedBy(listed.refusal);
    const documents = listed.value.map(({ id, kind, number, title, issuedAt, issuer, issues, address }) => ({
      address: address ?? null,
      ...{ id, kind, number: number ?? null, title, issuer, issuedAt: isoInstant(issuedAt) },
      issues: issues.map(({ digest, signature, issuedAt: at }) => ({
        digest: hex(digest),
        ...{ suite: signature.suite, keyId: signature.keyId },
        signature: Buffer.from(signature.value).toString('base64url'),
        issuedAt: isoInstant(at),
      })),
    }));
    return ok({ documents });
  }

  @Route(print)
  async print(call: Call<typeof print>) {
    const { purpose, form = isResident(call.role) ? 'original' : 'copy' } = call.query;
    const asked = call.params.file.slice(0, -'.pdf'.length);
    return file(this.tools, call, purpose, { asked, width: 'a4', form });
  }

  @Route(receipt)
  async receipt(call: Call<typeof receipt>) {
    const { purpose, width } = call.query;
    // Printed to be handed over: whoever looks takes the document of the case.
    return file(this.tools, call, purpose, { asked: 'receipt', width, form: 'original' });
  }
}

const isResident = (role: Role): boolean => role === 'resident';

/** Of residents the one who submitted; where staff may ask is the route's rule. */
async function mayRead(tools: DocumentTools, { node, role, person, params }: Asking): Promise<Result<void>> {
  if (!isResident(role)) return ok(undefined);
  const held = await tools.cases.find(node, params.record);
  if (held === undefined) return refuse('case.unknown', '本级没有这个办件');
  const { submitted } = held.state.handlers;
  return submitted?.role === 'resident' && submitted.subject === person.subject
    ? ok(undefined)
    : refuse('jurisdiction.not-party', '只能查看本人提交的办件');
}

async function file(tools: DocumentTools, call: Asking, purpose: string, order: PrintOrder) {
  const may = await mayRead(tools, call);
  if (!may.ok) return refusedBy(may.refusal);
  const { node, role, person, params } = call;
  const reader = { node, subject: person.subject, role, purpose };
  const printed = await printDocument(tools, reader, params.record, order);
  return printed.ok ? pdf(printed.value) : refusedBy(printed.refusal);
}

/** The file; an original with the seal by which it can be checked. */
function pdf({ document, bytes, issue }: GivenDocument) {
  const name = `${document.number ?? document.kind}${issue === undefined ? '-copy' : ''}.pdf`;
  const headers = { 'content-type': 'application/pdf', 'content-disposition': `inline; filename="${name}"` };
  if (issue === undefined) return answer(200, bytes, { headers });
  const { digest, signature } = issue;
  return answer(200, bytes, {
    headers: {
      ...headers,
      'x-document-digest': `sm3:${hex(digest)}`,
      'x-document-seal': `${signature.keyId} ${Buffer.from(signature.value).toString('base64url')}`,
    },
  });
}
