import { localDate } from '@tongban/domain/calendar';
import { departmentNameAt } from '@tongban/domain/catalogue';
import type { DivisionTree } from '@tongban/domain/division';
import type { CaseState } from '@tongban/domain/casework';
import type { ArchiveTools } from '@tongban/feature/archive';
import {
  findCase,
  findCaseByNumber,
  findCasesByCertificate,
  openDossier,
  queryCodeOf,
  type CaseworkTools,
} from '@tongban/feature/casework';
import type { Catalogue } from '@tongban/feature/catalogue';
import { KeystoreSeals, openCase, printAll, type DocumentTools } from '@tongban/feature/documents';
import { readEntries } from '@tongban/journal';
import { ok, parentOf, tierOf, tiers, type Instant, type NodeCode } from '@tongban/kernel';
import type { HostedNodes } from './nodes.js';

export interface DocumentParts {
  readonly casework: CaseworkTools;
  readonly catalogue: Pick<Catalogue, 'view'>;
  readonly hosted: Pick<HostedNodes, 'divisions' | 'nodes' | 'keystore' | 'directory'>;
  readonly publicUrl: string;
}

/** 日照市东港区: the names from the city down, as they were on a day. */
export function placeName(divisions: DivisionTree, node: NodeCode, day: string): string {
  const parts: string[] = [];
  let at: NodeCode | undefined = node;
  for (let hops = 0; hops < tiers.length && at !== undefined && tierOf(at) !== 'province'; hops++) {
    parts.unshift(divisions.nameOn(at, day) ?? '');
    at = parentOf(at);
  }
  const name = parts.join('');
  return name === '' ? node : name;
}

function namesOf({ catalogue, hosted }: DocumentParts, node: NodeCode, { item }: CaseState, issuedAt: Instant) {
  const { view } = catalogue;
  const department = view.departmentsOf(node).find(({ id }) => id === item.department);
  const version = view.findItemVersion(node, item.code, item.version);
  const materials = version.ok ? version.value.materials : [];
  const day = localDate(issuedAt);
  const place = (at: NodeCode): string => placeName(hosted.divisions, at, day);
  return {
    place,
    authority: (at: NodeCode) => place(at) + (department === undefined ? '' : departmentNameAt(department, at)),
    material: (code: string) => materials.find((material) => material.code === code)?.name ?? code,
    consultPhone: version.ok ? version.value.consultPhone : undefined,
    complaintPhone: version.ok ? version.value.complaintPhone : undefined,
  };
}

/** What documents and public pages are made from at this host. */
export function documentToolsOf(parts: DocumentParts): DocumentTools {
  const { casework, hosted } = parts;
  const { transactor, secrets, clock } = casework;
  const served = new Set(hosted.nodes);
  return {
    ...{ transactor, clock, publicUrl: parts.publicUrl },
    seals: new KeystoreSeals(hosted.keystore),
    serves: (node) => served.has(node),
    namesFor: (node, state, at) => namesOf(parts, node, state, at),
    cases: {
      find: (node, record) => transactor.run((sql) => findCase(sql, node, record)),
      findByNumber: (number) => transactor.run((sql) => findCaseByNumber(sql, number)),
      findByCertificate: (number) => transactor.run((sql) => findCasesByCertificate(sql, number)),
      open: (reader, record) => openDossier(casework, reader, record),
      queryCodeOf: (intake, record) => queryCodeOf(secrets, intake, record),
    },
  };
}

export function archiveToolsOf(parts: DocumentParts, documents: DocumentTools): ArchiveTools {
  const { casework, hosted } = parts;
  const { transactor, clock, attachments, sealer } = casework;
  return {
    ...{ transactor, clock, texts: sealer.texts, keystore: hosted.keystore, directory: hosted.directory },
    findCase: (node, record) => transactor.run((sql) => findCase(sql, node, record)),
    async readEntries(node, record) {
      const entries = await transactor.run((sql) => readEntries(sql, node, record));
      // When this node applied it is no part of an entry.
      return entries.map(({ appliedAt: _appliedAt, ...entry }) => entry);
    },
    openAttachment: (node, digest, key) => attachments.open(node, digest, key),
    async openDossier(reader, record) {
      const opened = await openCase(documents, reader, record);
      if (!opened.ok) return opened;
      const printed = await printAll(documents, reader.node, opened.value);
      return ok({
        parts: opened.value.parts,
        documents: printed.map(({ document, bytes, issue }) => ({
          ...{ id: document.id, bytes, digest: issue.digest, signature: issue.signature },
        })),
      });
    },
  };
}
