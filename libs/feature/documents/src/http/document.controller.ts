import { Controller, Inject } from '@nestjs/common';
import { isoInstant, ok, refuse, type Refusal, type Result, type Role } from '@tongban/kernel';
import { answer, Route, type Call } from '@tongban/platform/http';
import type { PaperWidth } from '@tongban/platform/document';
import type { DocumentTools } from '../ports.js';
import { DOCUMENTS } from '../tokens.js';
import { listDocuments, printDocument, type PrintedDocument } from '../usecase/print-document.js';
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
    return file(this.tools, call, call.params.file.slice(0, -'.pdf'.length), call.query.purpose, 'a4');
  }

  @Route(receipt)
  async receipt(call: Call<typeof receipt>) {
    return file(this.tools, call, 'receipt', call.query.purpose, call.query.width);
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

async function file(tools: DocumentTools, call: Asking, asked: string, purpose: string, width: PaperWidth) {
  const may = await mayRead(tools, call);
  if (!may.ok) return refusedBy(may.refusal);
  const { node, role, person, params } = call;
  const reader = { node, subject: person.subject, role, purpose };
  const printed = await printDocument(tools, reader, params.record, asked, width);
  return printed.ok ? pdf(printed.value) : refusedBy(printed.refusal);
}

/** The file, with the seal by which it can be checked. */
function pdf({ document, bytes, issue }: PrintedDocument) {
  const name = `${document.number ?? document.kind}.pdf`;
  return answer(200, bytes, {
    headers: {
      'content-type': 'application/pdf',
      'content-disposition': `inline; filename="${name}"`,
      'x-document-digest': `sm3:${hex(issue.digest)}`,
      'x-document-seal': `${issue.signature.keyId} ${Buffer.from(issue.signature.value).toString('base64url')}`,
    },
  });
}
