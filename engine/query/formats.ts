import type { FieldNeed } from '../exchange/field.ts';
import { STAGE_PARTS } from '../exchange/stage-parts.ts';
import { isMeasure } from '../output/measures.ts';
import { sameName } from '../output/prom-names.ts';
import type { Flow } from './flow.ts';

/** A format of `to`, as far as a query has to know it; how it is written is not decided here. */
export interface OutputFormat {
	readonly name: string;
	/** What it cannot write whole exchanges without, beyond their heads. */
	readonly needs?: readonly FieldNeed[];
	/** What it shows of them where it is there. */
	readonly shows?: readonly FieldNeed[];
	/** Why it cannot be made of such rows, and what would do; null when it can. Absent: of all. */
	readonly lack?: (rows: Flow) => Lack | null;
}

interface Lack {
	readonly message: string;
	readonly mend: string;
}

/** A graph needs to know from where to where. */
const graph = ({ columns }: Flow): Lack | null =>
	['client', 'server'].every((name) => columns.some((column) => column.name === name))
		? null
		: { message: 'a graph is made of the columns `client` and `server`', mend: 'put `| map` in front of it' };

const http = ({ exchanges, protocols }: Flow): Lack | null =>
	exchanges && protocols?.length === 1 && protocols[0] === 'http'
		? null
		: {
				message: 'HAR is made of whole exchanges of http',
				mend: 'begin with `watch http`, without `select` and `stat`',
			};

const packets = ({ exchanges }: Flow): Lack | null =>
	exchanges ? null : { message: 'packets are made of whole exchanges', mend: 'leave out `select` and `stat`' };

const metrics = ({ shape, columns }: Flow): Lack | null =>
	shape === 'tables' && columns.some(isMeasure)
		? null
		: { message: 'metrics are made of a table with numbers', mend: 'such as `| stat count(), p99(latency) by route`' };

const exposition = (rows: Flow): Lack | null => {
	const same = sameName(rows.columns);
	if (same === null) return metrics(rows);
	const [first = '', second = ''] = same.of;
	return {
		message: `\`${first}\` and \`${second}\` would both be called ${same.name} in the text format of Prometheus`,
		mend: 'give one of them another name: `stat other = …`',
	};
};

const spansOrMetrics = (rows: Flow): Lack | null =>
	rows.exchanges || metrics(rows) === null
		? null
		: { message: 'spans are made of whole exchanges, metrics of a table with numbers', mend: 'leave out `select`' };

export const OUTPUT_FORMATS: readonly OutputFormat[] = [
	{ name: 'json', needs: ['body'] },
	{ name: 'ndjson', needs: ['body'] },
	{ name: 'csv' },
	{ name: 'tsv' },
	{ name: 'table' },
	{ name: 'md' },
	{ name: 'detail', shows: ['body', ...STAGE_PARTS] },
	{ name: 'mermaid', lack: graph },
	{ name: 'dot', lack: graph },
	{ name: 'har', needs: ['body'], lack: http },
	{ name: 'arrow' },
	{ name: 'prom', lack: exposition },
	{ name: 'otlp', lack: spansOrMetrics },
	{ name: 'pcapng', needs: ['body'], lack: packets },
];

export const findOutputFormat = (name: string | null): OutputFormat | undefined =>
	OUTPUT_FORMATS.find((format) => format.name === name);
