import type { Instant, NodeCode, Uuid } from '@tongban/kernel';
import type {
  ApplicantType,
  ApplyChannel,
  Delivery,
  IdentityType,
  RatingChannel,
  Regime,
  ResultType,
  Satisfaction,
  StepAction,
} from './neutral.js';

/** One step of the handling. Its place in the list is part of its business key: steps are only ever added at the end. */
export interface StepForExchange {
  /** 环节名称. */
  readonly name: string;
  readonly action: StepAction;
  readonly startedAt: Instant;
  readonly endedAt?: Instant;
  readonly handlerName?: string;
  /** The opinion or statement written at this step. */
  readonly explanation?: string;
}

export interface MaterialForExchange {
  readonly name: string;
  readonly fileName?: string;
  readonly copies?: number;
}

export interface RatingForExchange {
  readonly level: Satisfaction;
  readonly channel: RatingChannel;
  readonly at: Instant;
  /** Codes of the chosen reasons. */
  readonly reasonCodes: readonly string[];
  readonly text?: string;
  /** 1 the first rating, 2 the one after a call-back. */
  readonly occasion: 1 | 2;
}

/** How a case ended. `at` is when it was closed. */
export interface ClosingForExchange {
  readonly type: ResultType;
  readonly at: Instant;
  readonly explanation?: string;
  readonly handlerName?: string;
  readonly delivery: Delivery;
  readonly certificate?: { readonly name: string; readonly number: string };
}

/** What the province is told of a case: its facts joined with the opened dossier. */
export interface CaseForExchange {
  readonly record: Uuid;
  readonly number: string;
  /** The node that took the application in. */
  readonly intake: NodeCode;
  readonly item: {
    /** 基本编码, 12 characters. */
    readonly basicCode: string;
    /** 实施编码, 31 characters. */
    readonly implementationCode: string;
    /** 业务办理项编码, 33 characters. */
    readonly handlingItemCode?: string;
    readonly version: number;
    readonly name: string;
    readonly regime: Regime;
  };
  readonly department: { readonly name: string; readonly uscc: string };
  readonly channel: ApplyChannel;
  readonly applicantType: ApplicantType;
  readonly identityType: IdentityType;
  readonly submittedAt: Instant;
  /** When acceptance was decided, either way; absent while it has not been. */
  readonly acceptance?: {
    readonly at: Instant;
    readonly documentNumber?: string;
    readonly handlerName?: string;
  };
  /** `date` is YYYY-MM-DD; provisional while the calendar of that year is not published. */
  readonly promisedDue?: { readonly date: string; readonly provisional: boolean };
  readonly dossier: {
    readonly applicant: {
      readonly name: string;
      readonly identityNumber: string;
      readonly phone: string;
      readonly address?: string;
      readonly legalRepresentative?: string;
    };
    readonly agent?: { readonly name: string; readonly phone: string };
  };
  readonly steps: readonly StepForExchange[];
  readonly materials: readonly MaterialForExchange[];
  readonly closing?: ClosingForExchange;
  readonly rating?: RatingForExchange;
}
