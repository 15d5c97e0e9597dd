import type { Value } from '../exchange/field.ts';
import { nameOf, type TypeName } from '../exchange/type.ts';
import type { Column, Row } from '../query/signal.ts';
import type { Json } from './json-value.ts';
import { isMeasure, measureOf } from './measures.ts';
import { attributesOf, SCOPE } from './otlp-attributes.ts';

/** UCUM. */
const UNITS: Partial<Record<TypeName, string>> = { duration: 's', size: 'By' };

const isLabel = ({ type, key }: Column): boolean =>
	key === true || type === 'string' || type === 'ip' || type === 'bool';

const labelsOf = (columns: readonly Column[], row: Row): Json[] =>
	attributesOf(Object.fromEntries(columns.filter(isLabel).map(({ name, get }): [string, Value] => [name, get(row)])));

/** A table as MetricsData: a gauge for each column of numbers, its keys as attributes. */
export function otlpMetrics(columns: readonly Column[], rows: readonly Row[], time: bigint): Json {
	const metrics = columns.filter(isMeasure).map((column) => ({
		name: `claudeinsight.${column.name}`,
		unit: UNITS[nameOf(column.type)] ?? '1',
		gauge: {
			dataPoints: rows.flatMap((row) => {
				const value = measureOf(column, row);
				if (value === null) return [];
				return [{ attributes: labelsOf(columns, row), timeUnixNano: String(time), asDouble: value }];
			}),
		},
	}));
	return { resourceMetrics: [{ resource: { attributes: [] }, scopeMetrics: [{ scope: SCOPE, metrics }] }] };
}
