import { NS_PER_SECOND } from '../nanoseconds.ts';
import type { Column, Row } from '../query/signal.ts';

/** Whether a column measures something: a number that rows were not grouped by. */
export const isMeasure = ({ type, key }: Pick<Column, 'type' | 'key'>): boolean =>
	key !== true && (type === 'int' || type === 'float' || type === 'duration' || type === 'size');

/** Whether a column tells series apart. */
export const isLabel = ({ type, key }: Pick<Column, 'type' | 'key'>): boolean =>
	key === true || type === 'string' || type === 'ip' || type === 'bool';

/** The value of a measure in base units: seconds, bytes; null where there is none. */
export function measureOf({ type, get }: Column, row: Row): number | null {
	const value = get(row);
	if (typeof value !== 'number' || !Number.isFinite(value)) return null;
	return type === 'duration' ? value / NS_PER_SECOND : value;
}
