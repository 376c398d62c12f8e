import type { shapes } from '@tongban/console/api';

type ResendOrder = shapes.OrderExchangeResendData['body'];

export const resendScopes = ['day', 'item', 'department'] as const;
type ResendScope = (typeof resendScopes)[number];

export interface ResendForm {
  readonly scope: ResendScope;
  readonly value: string;
  readonly reason: string;
}

/** Forms of a value: a day, the base code of an item (GB/T 39554.1), the identifier of a department. */
export const resendValue: Readonly<Record<ResendScope, RegExp>> = {
  day: /^\d{4}-\d{2}-\d{2}$/,
  item: /^\s*\d{12}\s*$/,
  department: /\S/,
};

/** Characters that may be typed: an item's code may come with spaces around it. */
export const longestValue: Readonly<Record<ResendScope, number>> = { day: 10, item: 50, department: 100 };

export const resendOrderOf = ({ scope, value, reason }: ResendForm): ResendOrder => ({
  scope,
  value: value.trim(),
  reason: reason.trim(),
});
