import { PROTOCOLS } from '../../protocols/registry.ts';
import {
	aggregateEntries,
	codeEntries,
	commonFieldEntries,
	flagEntries,
	functionEntries,
	operatorEntries,
	protocolFieldEntries,
	viewEntries,
} from './entries.ts';
import type { Entry } from './entry.ts';
import { CAPTURE, INTRODUCTION, MISSING, NAMES, PRECEDENCE, QUANTILES, RECORDS, TIME } from './prose.ts';
import { CLAUSES, INFIXES, LITERALS, STATEMENTS } from './syntax.ts';

const block = (language: string, lines: readonly string[]): string =>
	`\`\`\`${language}\n${lines.join('\n')}\n\`\`\`\n`;

/** A name, how it is written, what it does, and examples. */
const article = ({ name, usage, doc, examples, text }: Entry): string =>
	[
		`### ${name}\n`,
		`\`${usage ?? name}\`\n`,
		`${doc}.\n`.replace('..', '.'),
		...(text === undefined ? [] : [block('text', [text])]),
		block('ciq', examples),
	].join('\n');

const articles = (title: string, entries: readonly Entry[]): string =>
	[`## ${title}\n`, ...entries.map(article)].join('\n');

/** In a table a bar ends the cell, also between backquotes. */
const cell = (text: string): string => text.replaceAll('|', '\\|');

/** Text as code; what holds a backquote has two around it. */
const code = (text: string): string => (text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``);

type Column = readonly [title: string, of: (entry: Entry) => string];

const table = (columns: readonly Column[], entries: readonly Entry[]): string => {
	const row = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |\n`;
	return [
		row(columns.map(([title]) => title)),
		row(columns.map(() => '---')),
		...entries.map((entry) => row(columns.map(([, of]) => of(entry)))),
	].join('');
};

const NAME: Column = ['name', ({ name }) => code(name)];
const USAGE: Column = ['', ({ name, usage }) => code(usage ?? name)];
const DOC: Column = ['meaning', ({ doc }) => doc];
const EXAMPLES: Column = ['example', ({ examples }) => examples.map(code).join(' ')];
const TYPE: Column = ['type', ({ title }) => title.slice(title.lastIndexOf(' ') + 1)];
const ALIASES: Column = ['also', ({ aliases = [] }) => aliases.map(code).join(' ')];

const calls = (title: string, entries: readonly Entry[]): string =>
	`## ${title}\n\n${table([USAGE, DOC, EXAMPLES], entries)}`;

const fields = (): string => {
	const columns = [NAME, TYPE, DOC, ALIASES, EXAMPLES];
	const common = `### Of every exchange\n\n${table(columns, commonFieldEntries())}`;
	const own = PROTOCOLS.map(
		({ name, title, doc }) => `### Of ${title}\n\n${doc}\n\n${table(columns, protocolFieldEntries(name))}`,
	);
	return ['## Fields\n', NAMES, common, ...own].join('\n');
};

const explainCode = ({ name, title, doc, text }: Entry): string =>
	[`### ${name}: ${title}\n`, `${doc}\n`, ...(text === undefined ? [] : [block('text', [text])])].join('\n');

/** The whole reference, docs/language.md. */
export const languageReference = (): string =>
	[
		INTRODUCTION,
		RECORDS,
		articles('Operators', operatorEntries()),
		articles('Views', viewEntries()),
		articles(
			'Statements and clauses',
			[...STATEMENTS, ...CLAUSES].filter(({ examples }) => examples.length > 0),
		),
		`## Values\n\n${table([NAME, USAGE, DOC, EXAMPLES], LITERALS)}`,
		`## Expressions\n\n${PRECEDENCE}\n${table([USAGE, DOC, EXAMPLES], INFIXES)}`,
		MISSING,
		`${calls('Aggregates', aggregateEntries())}\n${QUANTILES}`,
		calls('Functions', functionEntries()),
		TIME,
		CAPTURE,
		fields(),
		calls('The command line', flagEntries()),
		['## Messages\n', ...codeEntries().map(explainCode)].join('\n'),
	].join('\n');
