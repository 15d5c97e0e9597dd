import { nameOf, type TypeName } from '../exchange/type.ts';
import type { Column, Row } from '../query/signal.ts';
import { cellText } from './cell.ts';
import { wallClock } from './clock.ts';
import { isMeasure, measureOf } from './measures.ts';
import { OutputFailed } from './printer.ts';
import { finalRows } from './rows.ts';
import type { MakeSink } from './sink.ts';

/** Base units (https://prometheus.io/docs/practices/naming/). */
const UNITS: Partial<Record<TypeName, string>> = { duration: '_seconds', size: '_bytes' };

/** Names are of letters, digits and underscores, and begin with no digit. */
const legal = (name: string): string => name.replace(/[^A-Za-z0-9_]/g, '_');

const metricName = ({ name, type }: Column): string => `claudeinsight_${legal(name)}${UNITS[nameOf(type)] ?? ''}`;

/** The three characters that the text format escapes in label values. */
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '"': '\\"', '\n': '\\n' };
const escaped = (text: string): string => text.replace(/[\\"\n]/g, (mark) => ESCAPES[mark]);

/**
 * The last table in Prometheus' text format (version 0.0.4): a gauge for each column of numbers, labelled with the keys.
 * One table only, for a series has one value in an exposition.
 */
export const promSink: MakeSink = ({ printer, schema: { columns }, info }) => {
	const clock = wallClock(info);
	const measures = columns.filter(isMeasure);
	const labels = columns.filter(
		({ type, key }) => key === true || type === 'string' || type === 'ip' || type === 'bool',
	);
	const labelsOf = (row: Row): string => {
		const pairs = labels.flatMap(({ name, type, get }) => {
			const value = get(row);
			return value === null ? [] : `${legal(name)}="${escaped(cellText(value, type, clock))}"`;
		});
		return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
	};
	let last: readonly Row[] = [];
	const exposition = (): string => {
		const series = last.map(labelsOf);
		const twice = series.find((text, at) => series.indexOf(text) !== at);
		if (twice !== undefined)
			throw new OutputFailed(`two rows have the labels ${twice || '{}'}: group by what tells them apart`);
		return measures
			.map((column) => {
				const samples = last.flatMap((row, at) => {
					const value = measureOf(column, row);
					return value === null ? [] : `${metricName(column)}${series[at]} ${value}\n`;
				});
				return `# TYPE ${metricName(column)} gauge\n${samples.join('')}`;
			})
			.join('');
	};
	return {
		take: (signal) => {
			if (signal.kind === 'table' && signal.final) last = finalRows(signal);
		},
		end: () => printer.print(exposition()),
	};
};
