import type { Instant, NodeCode, Uuid } from '@tongban/kernel';
import type {
  ApplicantType,
  ApplyChannel,
  Delivery,
  FeeEvent,
  IdentityType,
  RatingChannel,
  Regime,
  ResultType,
  Satisfaction,
  SpecialType,
  StepAction,
  SupervisionLevel,
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

/** A special procedure or a granted extension; its place in the list is part of its business key, as that of a step. */
export interface SpecialForExchange {
  readonly type: SpecialType;
  readonly name: string;
  readonly noticeNumber: string;
  readonly startedAt: Instant;
  /** Absent while the clock stands still. */
  readonly endedAt?: Instant;
  readonly reason?: string;
  readonly legalBasis?: string;
  readonly result?: string;
  readonly handlerName?: string;
}

/** Money taken, let off or given back. Amounts are in fen. */
export interface FeeForExchange {
  readonly event: FeeEvent;
  readonly amountFen: number;
  readonly at: Instant;
  /** 缴款单号; absent where nothing had been billed when the fee was let off. */
  readonly noticeNumber?: string;
  readonly receiptNumber?: string;
  /** Names of the fee projects on the notice. */
  readonly name?: string;
  readonly legalBasis?: string;
  readonly payer?: string;
  readonly handlerName?: string;
}

/** 电子监察: a limit that was passed, or a supervisor's urging. */
export interface SupervisionForExchange {
  /** Of the rule, as operators know it. */
  readonly rule: string;
  readonly level: SupervisionLevel;
  readonly at: Instant;
  readonly content: string;
  /** Number of the entry it is about, unique within the case. */
  readonly seq: number;
}

export interface MaterialForExchange {
  readonly name: string;
  readonly code?: string;
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
  readonly certificate?: { readonly name: string; readonly number: string; readonly validTo?: string };
  /** Number of the decision. */
  readonly documentNumber?: string;
}

/** What the province is told of a case: its facts joined with the opened dossier. */
export interface CaseForExchange {
  readonly record: Uuid;
  readonly number: string;
  /** Number under which the platform knows the case, where it wants one of its own; empty while there is none. */
  readonly provinceNumber?: string;
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
    /** 事项类型代码, two digits of GB/T 39046-2020 A.1. */
    readonly typeCode?: string;
    /** In working days. */
    readonly statutoryDays?: number;
    readonly promisedDays?: number;
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
  readonly specials?: readonly SpecialForExchange[];
  readonly fees?: readonly FeeForExchange[];
  readonly supervisions?: readonly SupervisionForExchange[];
  /** Six digits with which the applicant asks the province about the case. */
  readonly queryPassword?: string;
  readonly closing?: ClosingForExchange;
  readonly rating?: RatingForExchange;
}
