import type { CaseFacts, CaseSealed, CaseEntryType, CaseState } from '@tongban/domain/casework';
import type { Instant, NodeCode } from '@tongban/kernel';

export interface Applicant {
  readonly name: string;
  readonly identityNumber: string;
  readonly phone: string;
  readonly address?: string | undefined;
}

/** Names and addresses that the entries of a case know by code only. */
export interface Names {
  /** 日照市东港区民政局: the authority for the item at a node. */
  readonly authority: (node: NodeCode) => string;
  /** 日照市东港区. */
  readonly place: (node: NodeCode) => string;
  readonly material: (code: string) => string;
  readonly consultPhone: string | undefined;
  readonly complaintPhone: string | undefined;
}

/** What a resident scans. */
export interface Links {
  /** Of the public progress page; undefined where the query code is not known here. */
  readonly progress: string | undefined;
  readonly queryCode: string | undefined;
  /** Of the page that verifies the case's certificate. */
  readonly verification: string | undefined;
  readonly verificationCode: string | undefined;
}

/** An entry as a template gets it. */
export interface Written<T extends CaseEntryType> {
  readonly facts: CaseFacts<T>;
  /** Opened by a node that may. */
  readonly sealed: CaseSealed<T>;
  readonly author: NodeCode;
  readonly recordedAt: Instant;
}

/** Everything besides its entry that a document is made from. */
export interface Subject {
  readonly state: CaseState;
  readonly applicant: Applicant;
  readonly names: Names;
  readonly links: Links;
}

export const isLicence = ({ state }: Subject): boolean => state.item.type === 'licence';

/** How the law's documents speak to whoever applied. */
export const you = ({ state }: Subject): string => (state.applicantType === 'naturalPerson' ? '你' : '你单位');

/** 《高龄津贴申领》申请（办件编号：…）. */
export const application = ({ state }: Subject): string => `“${state.item.name}”申请（办件编号：${state.number}）`;
