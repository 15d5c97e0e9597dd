import type { FieldNeed } from '../exchange/field.ts';

/** A format of `to`, as far as a query has to know it; how it is written is not decided here. */
export interface OutputFormat {
	readonly name: string;
	/** What it cannot write whole exchanges without, beyond their heads. */
	readonly needs?: readonly FieldNeed[];
	/** What it shows of them where it is there. */
	readonly shows?: readonly FieldNeed[];
}

export const OUTPUT_FORMATS: readonly OutputFormat[] = [
	{ name: 'json', needs: ['body'] },
	{ name: 'ndjson', needs: ['body'] },
	{ name: 'csv' },
	{ name: 'tsv' },
	{ name: 'table' },
	{ name: 'md' },
	{ name: 'detail', shows: ['body', 'stages'] },
];

export const findOutputFormat = (name: string | null): OutputFormat | undefined =>
	OUTPUT_FORMATS.find((format) => format.name === name);
