import { nameOf, type TypeName } from '../exchange/type.ts';
import type { Column } from '../query/signal.ts';
import { isLabel, isMeasure } from './measures.ts';

/** What names are made of. */
type Named = Pick<Column, 'name' | 'type' | 'key'>;

/** Base units (https://prometheus.io/docs/practices/naming/). */
const UNITS: Partial<Record<TypeName, string>> = { duration: '_seconds', size: '_bytes' };

/** Names are of letters, digits and underscores. */
const legal = (name: string): string => name.replace(/[^A-Za-z0-9_]/g, '_');

export const metricName = ({ name, type }: Named): string => `claudeinsight_${legal(name)}${UNITS[nameOf(type)] ?? ''}`;

/** It begins with no digit, nor with two underscores: such names are Prometheus' own. */
export const labelName = ({ name }: Named): string =>
	legal(name)
		.replace(/^__+/, '_')
		.replace(/^(?=\d)/, '_');

const KINDS = [
	{ belongs: isMeasure, nameOf: metricName },
	{ belongs: isLabel, nameOf: labelName },
] as const;

/** Columns that would have one name: an exposition has each once. Null when there are none. */
export function sameName(columns: readonly Named[]): { readonly name: string; readonly of: readonly string[] } | null {
	for (const kind of KINDS) {
		for (const [name, own] of Map.groupBy(columns.filter(kind.belongs), kind.nameOf)) {
			if (own.length > 1) return { name, of: own.map((column) => column.name) };
		}
	}
	return null;
}
