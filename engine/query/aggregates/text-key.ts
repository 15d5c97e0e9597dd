import type { Value } from '../../exchange/field.ts';

/** A text that is equal for equal values only: 1 and "1" differ. */
export const textKey = (value: Value): string => (typeof value === 'string' ? `"${value}` : JSON.stringify(value));
