import type { Format } from './sink.ts';

/** The formats of `to` and `--format`. */
export const FORMATS: readonly Format[] = [
	{
		name: 'table',
		aliases: [],
		doc: 'columns for reading, fitted to the width of the terminal',
		endings: ['txt'],
		load: async () => (await import('./table-sink.ts')).tableSink,
	},
	{
		name: 'json',
		aliases: ['ndjson', 'jsonl'],
		doc: 'one JSON object per line, behind those that a file has already (files of other formats begin anew); of exchanges with the times of their stages behind `extend stages`',
		endings: ['json', 'ndjson', 'jsonl'],
		load: async () => (await import('./json.ts')).jsonSink,
	},
	{
		name: 'csv',
		aliases: [],
		doc: 'comma-separated values with a header line (RFC 4180); control characters are shown as `\\x1b`, on a terminal line ends and tabs too',
		endings: ['csv'],
		load: async () => (await import('./delimited.ts')).csvSink,
	},
	{
		name: 'tsv',
		aliases: [],
		doc: 'tab-separated values with a header line; tabs, line ends and other control characters are written as `\\t`, `\\n`, `\\x1b`',
		endings: ['tsv'],
		load: async () => (await import('./delimited.ts')).tsvSink,
	},
	{
		name: 'md',
		aliases: ['markdown'],
		doc: 'a Markdown table',
		endings: ['md'],
		load: async () => (await import('./markdown.ts')).markdownSink,
	},
	{
		name: 'detail',
		aliases: [],
		doc: 'each exchange in full: its way through the kernel and the network to scale, facts, messages',
		endings: [],
		load: async () => (await import('./detail-sink.ts')).detailSink,
	},
	{
		name: 'mermaid',
		aliases: [],
		doc: 'a service map as a Mermaid flowchart, behind `map`: a subgraph for each window',
		endings: ['mmd'],
		load: async () => (await import('./mermaid.ts')).mermaidSink,
	},
	{
		name: 'dot',
		aliases: [],
		doc: 'a service map for Graphviz, behind `map`',
		endings: ['dot', 'gv'],
		load: async () => (await import('./dot.ts')).dotSink,
	},
	{
		name: 'har',
		aliases: [],
		doc: 'whole exchanges of HTTP as HAR 1.2, which browsers open',
		endings: ['har'],
		load: async () => (await import('./har.ts')).harSink,
	},
	{
		name: 'arrow',
		aliases: [],
		doc: 'an Arrow IPC stream, typed columns for pandas, polars or DuckDB; integers that 64 bits do not hold are null, and counted',
		endings: ['arrow', 'arrows'],
		load: async () => (await import('./arrow.ts')).arrowSink,
	},
	{
		name: 'prom',
		aliases: [],
		doc: "a table's last state as gauges in the text format of Prometheus: a metric for each column of numbers, texts as labels, times and lists left out; a file is replaced when all of it is known",
		endings: ['prom'],
		whole: true,
		load: async () => (await import('./prom.ts')).promSink,
	},
	{
		name: 'otlp',
		aliases: [],
		doc: 'OTLP as JSON lines: exchanges as spans, tables as gauges: a metric for each column of numbers, texts as attributes, times and lists left out',
		endings: ['otlp'],
		load: async () => (await import('./otlp.ts')).otlpSink,
	},
	{
		name: 'pcapng',
		aliases: [],
		doc: 'whole exchanges as packets, which Wireshark opens: payload, times and addresses as captured; in comments the process, and what is not known of the payload',
		endings: ['pcapng'],
		load: async () => (await import('./pcapng-sink.ts')).pcapngSink,
	},
];

/** The format of that name or alias; undefined when there is none. */
export const findFormat = (name: string): Format | undefined =>
	FORMATS.find((format) => format.name === name || format.aliases.includes(name));
