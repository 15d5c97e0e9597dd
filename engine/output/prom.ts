import { type WallClock, wallClock } from '../exchange/wall-clock.ts';
import { NS_PER_SECOND } from '../nanoseconds.ts';
import type { Column, Row } from '../query/signal.ts';
import { jsonValue } from './json-value.ts';
import { isLabel, isMeasure, measureOf } from './measures.ts';
import { OutputFailed } from './printer.ts';
import { labelName, metricName } from './prom-names.ts';
import { finalRows } from './rows.ts';
import { visible } from './sanitize.ts';
import type { MakeSink } from './sink.ts';

/** The three characters that the text format escapes in label values. */
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '"': '\\"', '\n': '\\n' };
const escaped = (text: string): string => text.replace(/[\\"\n]/g, (mark) => ESCAPES[mark]);

/** What `visible` writes in place of what does not show. */
const SHOWN = /\\(?:[nrt]|x[0-9a-f]{2}|u[0-9a-f]{4})/;

/** As tables show it, but no two texts alike: with escapes, or what looks like one, backslashes of the text itself are doubled. */
const distinct = (text: string): string => {
	const shown = visible(text);
	return shown === text && !SHOWN.test(text) ? text : visible(text.replaceAll('\\', '\\\\'));
};

/** Exact, for rounded ones could be equal: durations in seconds as the metrics, else as JSON has it. Null: there is none. */
const labelText = ({ type, get }: Column, row: Row, clock: WallClock): string | null => {
	const value = get(row);
	if (type === 'duration' && typeof value === 'number') return String(Math.round(value) / NS_PER_SECOND);
	const json = jsonValue(value, type, clock);
	return json === null || typeof json === 'string' ? json : JSON.stringify(json);
};

/**
 * The last table in Prometheus' text format (version 0.0.4): a gauge for each column of numbers, labelled with the keys.
 * One table only, for a series has one value in an exposition.
 */
export const promSink: MakeSink = ({ printer, schema: { columns }, info }) => {
	const clock = wallClock(info);
	const measures = columns.filter(isMeasure);
	const labels = columns.filter(isLabel);
	const labelsOf = (row: Row): string => {
		const pairs = labels.flatMap((column) => {
			const text = labelText(column, row, clock);
			return text === null ? [] : `${labelName(column)}="${escaped(distinct(text))}"`;
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
