import { nameOf, type TypeName } from '../exchange/type.ts';
import type { WallClock } from '../exchange/wall-clock.ts';
import type { Column, Row } from '../query/signal.ts';
import { type Json, jsonValue } from './json-value.ts';
import { isLabel, isMeasure, measureOf } from './measures.ts';
import { attributesOf, SCOPE } from './otlp-attributes.ts';

/** UCUM. */
const UNITS: Partial<Record<TypeName, string>> = { duration: 's', size: 'By' };

const labelsOf = (columns: readonly Column[], row: Row, clock: WallClock): Json[] => {
	const labels = columns.filter(isLabel);
	return attributesOf(
		Object.fromEntries(labels.map(({ name, type, get }) => [name, jsonValue(get(row), type, clock)])),
	);
};

/** A table as MetricsData at `time`, ns since the epoch: a gauge for each column of numbers, its keys as attributes. */
export function otlpMetrics(columns: readonly Column[], rows: readonly Row[], time: bigint, clock: WallClock): Json {
	const metrics = columns.filter(isMeasure).map((column) => ({
		name: `claudeinsight.${column.name}`,
		unit: UNITS[nameOf(column.type)] ?? '1',
		gauge: {
			dataPoints: rows.flatMap((row) => {
				const value = measureOf(column, row);
				if (value === null) return [];
				return [{ attributes: labelsOf(columns, row, clock), timeUnixNano: String(time), asDouble: value }];
			}),
		},
	}));
	return { resourceMetrics: [{ resource: { attributes: [] }, scopeMetrics: [{ scope: SCOPE, metrics }] }] };
}
