import type { Provider, Type } from '@nestjs/common';
import {
  ActionController,
  AttachmentController,
  CaseController,
  CASEWORK,
  MandateController,
} from '@tongban/feature/casework';
import { catalogueModule } from '@tongban/feature/catalogue';
import { guideModule } from '@tongban/feature/guide';
import { LINK_DATABASE, LinkController, LINKS, QuarantineController } from '@tongban/feature/links';
import { reformModule } from '@tongban/feature/reform';
import { readPublished, sheetsModule } from '@tongban/feature/sheets';
import type { NodeCode, Tier } from '@tongban/kernel';
import { randomBytes } from 'node:crypto';
import type { CaseworkHost } from './casework-host.js';

/** What features are composed from; documents are made from the same, with nothing behind it. */
export type FeatureParts = Pick<
  CaseworkHost,
  'casework' | 'catalogue' | 'links' | 'dataSource' | 'transactor' | 'divisions'
>;

interface Feature {
  readonly controllers: readonly Type<unknown>[];
  readonly providers: readonly Provider[];
}

const features = {
  casework: ({ casework }) => ({
    controllers: [CaseController, ActionController, MandateController, AttachmentController],
    providers: [{ provide: CASEWORK, useValue: casework }],
  }),
  /** Reading cases without acting on them: the gateway. */
  caseReading: ({ casework }) => ({
    controllers: [CaseController],
    providers: [{ provide: CASEWORK, useValue: casework }],
  }),
  links: ({ links, dataSource }) => ({
    controllers: [LinkController, QuarantineController],
    providers: [
      { provide: LINKS, useValue: links },
      { provide: LINK_DATABASE, useValue: dataSource },
    ],
  }),
  catalogue: ({ catalogue }) => catalogueModule(catalogue),
  guide: ({ catalogue, divisions }) =>
    guideModule({
      catalogue: catalogue.view,
      clock: catalogue.clock,
      placeName: (node) => divisions.find(node)?.name ?? node,
    }),
  sheets: (parts) =>
    sheetsModule({
      clock: parts.catalogue.clock,
      catalogue: {
        ...publishing(parts),
        departmentsOf: (node) => parts.catalogue.view.departmentsOf(node),
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
  province: ['caseReading', 'links', 'catalogue'],
  city: ['casework', 'links', 'catalogue', 'guide', 'sheets', 'reform'],
  district: ['casework', 'links', 'catalogue', 'guide', 'sheets', 'reform'],
  township: ['casework', 'links', 'catalogue', 'guide'],
  village: ['casework', 'links', 'catalogue', 'guide'],
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
