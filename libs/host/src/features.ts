import type { Provider, Type } from '@nestjs/common';
import {
  ActionController,
  AgencyController,
  AttachmentController,
  UploadController,
  CaseController,
  ResidentController,
  CASEWORK,
  MandateController,
  PaymentController,
  ReceptionController,
} from '@tongban/feature/casework';
import { AUDIT, AuditController } from '@tongban/feature/audit';
import { archiveModule } from '@tongban/feature/archive';
import { documentsModule } from '@tongban/feature/documents';
import { catalogueModule, readPublished } from '@tongban/feature/catalogue';
import { feedbackModule } from '@tongban/feature/feedback';
import { guideModule } from '@tongban/feature/guide';
import { hallModule } from '@tongban/feature/hall';
import { JOINT, JointController } from '@tongban/feature/joint';
import { LINK_DATABASE, LinkController, LINKS, QuarantineController } from '@tongban/feature/links';
import { RECONCILIATION, ReconciliationController } from '@tongban/feature/reconciliation';
import { OFFLINE, OfflineController } from '@tongban/feature/offline';
import { privacyModule } from '@tongban/feature/privacy';
import { reformModule } from '@tongban/feature/reform';
import { sheetsModule } from '@tongban/feature/sheets';
import { localDate } from '@tongban/domain/calendar';
import type { NodeCode, Tier } from '@tongban/kernel';
import { randomBytes } from 'node:crypto';
import type { CaseworkHost } from './casework-host.js';
import { hallOptionsOf } from './hall.js';

/** What features are composed from; documents are made from the same, with nothing behind it. */
export type FeatureParts = Pick<
  CaseworkHost,
  | 'casework'
  | 'catalogue'
  | 'documents'
  | 'archive'
  | 'privacy'
  | 'joint'
  | 'feedback'
  | 'links'
  | 'reconciliation'
  | 'dataSource'
  | 'transactor'
  | 'divisions'
  | 'publicFiles'
  | 'keystore'
>;

interface Feature {
  readonly controllers: readonly Type<unknown>[];
  readonly providers: readonly Provider[];
}

const features = {
  casework: ({ casework }) => ({
    controllers: [
      ...[CaseController, ResidentController, ActionController, MandateController],
      ...[AttachmentController, PaymentController, ReceptionController, AgencyController, UploadController],
    ],
    providers: [{ provide: CASEWORK, useValue: casework }],
  }),
  /** Reading cases without acting on them: the gateway. */
  caseReading: ({ casework }) => ({
    controllers: [CaseController],
    providers: [{ provide: CASEWORK, useValue: casework }],
  }),
  audit: ({ transactor, keystore, catalogue }) => ({
    controllers: [AuditController],
    providers: [{ provide: AUDIT, useValue: { transactor, keystore, clock: catalogue.clock } }],
  }),
  links: ({ links, dataSource }) => ({
    controllers: [LinkController, QuarantineController],
    providers: [
      { provide: LINKS, useValue: links },
      { provide: LINK_DATABASE, useValue: dataSource },
    ],
  }),
  reconciliation: ({ reconciliation }) => ({
    controllers: [ReconciliationController],
    providers: [{ provide: RECONCILIATION, useValue: reconciliation }],
  }),
  documents: ({ documents }) => documentsModule(documents),
  archive: ({ archive }) => archiveModule(archive),
  offline: ({ transactor, keystore, catalogue }) => ({
    controllers: [OfflineController],
    providers: [{ provide: OFFLINE, useValue: { transactor, keystore, clock: catalogue.clock } }],
  }),
  privacy: ({ privacy }) => privacyModule(privacy),
  joint: ({ joint }) => ({ controllers: [JointController], providers: [{ provide: JOINT, useValue: joint }] }),
  feedback: ({ feedback }) => feedbackModule(feedback),
  hall: ({ casework, catalogue, transactor }) => hallModule(hallOptionsOf(casework, catalogue, transactor)),
  catalogue: ({ catalogue }) => catalogueModule(catalogue),
  guide: ({ catalogue, divisions, publicFiles }) =>
    guideModule({
      files: publicFiles,
      catalogue: catalogue.view,
      clock: catalogue.clock,
      placeName: (node) => divisions.find(node)?.name ?? node,
    }),
  sheets: (parts) =>
    sheetsModule({
      clock: parts.catalogue.clock,
      catalogue: {
        published: publishing(parts).published,
        departmentsOf: (node) => parts.catalogue.view.departmentsOf(node),
        itemsOf: (node) => parts.catalogue.view.itemsOf(node, localDate(parts.catalogue.clock.now())),
        propose: (input) => parts.catalogue.propose.propose(input),
      },
    }),
  reform: (parts) =>
    reformModule({
      transactor: parts.transactor,
      clock: parts.catalogue.clock,
      random: { bytes: (length) => randomBytes(length) },
      catalogue: publishing(parts),
    }),
} satisfies Record<string, (parts: FeatureParts) => Feature>;

export type FeatureName = keyof typeof features;

/** A tier is an address and a list of features. */
export const featuresOf: Readonly<Record<Tier, readonly FeatureName[]>> = {
  province: ['caseReading', 'links', 'reconciliation', 'audit', 'catalogue', 'sheets'],
  city: [
    'casework',
    'joint',
    'feedback',
    'hall',
    'documents',
    'archive',
    'privacy',
    'offline',
    'links',
    'reconciliation',
    'audit',
    'catalogue',
    'guide',
    'sheets',
    'reform',
  ],
  district: [
    'casework',
    'joint',
    'feedback',
    'hall',
    'documents',
    'archive',
    'privacy',
    'offline',
    'links',
    'reconciliation',
    'audit',
    'catalogue',
    'guide',
    'sheets',
    'reform',
  ],
  township: [
    'casework',
    'joint',
    'feedback',
    'hall',
    'documents',
    'archive',
    'privacy',
    'offline',
    'links',
    'reconciliation',
    'audit',
    'catalogue',
    'guide',
  ],
  village: [
    'casework',
    'feedback',
    'documents',
    'archive',
    'privacy',
    'offline',
    'links',
    'reconciliation',
    'audit',
    'catalogue',
    'guide',
  ],
};

const publishing = ({ catalogue, transactor }: FeatureParts) => ({
  published: (node: NodeCode) => transactor.run((sql) => readPublished(sql, node)),
  publish: (input: Parameters<typeof catalogue.publish.publish>[0]) => catalogue.publish.publish(input),
});

export function composeFeatures(
  names: readonly FeatureName[],
  parts: FeatureParts,
): { readonly controllers: Type<unknown>[]; readonly providers: Provider[] } {
  const composed = names.map((name): Feature => features[name](parts));
  return {
    controllers: composed.flatMap(({ controllers }) => [...controllers]),
    providers: composed.flatMap(({ providers }) => [...providers]),
  };
}
