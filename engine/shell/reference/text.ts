import { PROTOCOLS } from '../../protocols/registry.ts';
import {
	aggregateEntries,
	codeEntries,
	commonFieldEntries,
	flagEntries,
	formatEntries,
	functionEntries,
	operatorEntries,
	protocolFieldEntries,
	viewEntries,
} from './entries.ts';
import type { Entry } from './entry.ts';
import { fill } from './fill.ts';
import { findEntries } from './find.ts';

const indent = (text: string): string => text.replace(/^/gm, '  ');

/** An entry as a paragraph for a terminal. */
function describe({ name, aliases = [], title, usage, doc, examples, text }: Entry): string {
	const also = aliases.length === 0 ? '' : ` (also ${aliases.join(', ')})`;
	const parts = [
		`${name}${also}: ${title}`,
		...(usage === undefined || usage === name ? [] : [indent(usage)]),
		fill(doc),
		...(text === undefined ? [] : [indent(text)]),
		...(examples.length === 0 ? [] : [`Example${examples.length > 1 ? 's' : ''}:`, ...examples.map(indent)]),
	];
	return `${parts.join('\n')}\n`;
}

/** Names and what they do, one a line. */
function table(entries: readonly Entry[], middle: (entry: Entry) => string = () => ''): string {
	const width = Math.max(...entries.map(({ name }) => name.length));
	const rows = entries.map((entry) => ({ ...entry, between: middle(entry) }));
	const room = Math.max(...rows.map(({ between }) => between.length));
	return rows
		.map(
			({ name, between, doc }) => `  ${name.padEnd(width)}  ${between.padEnd(room)}${room === 0 ? '' : '  '}${doc}\n`,
		)
		.join('');
}

/** What may be asked for as a whole, by its word, with what each does. */
export const LISTS: ReadonlyMap<string, () => string> = new Map([
	['views', () => `Views:\n${table(viewEntries())}`],
	['aggregates', () => `Aggregates, for \`stat\`:\n${table(aggregateEntries())}`],
	['functions', () => `Functions:\n${table(functionEntries())}`],
	['formats', () => `Formats of \`to\` and \`--format\`:\n${table(formatEntries())}`],
	['flags', () => `Flags:\n${table(flagEntries())}`],
	['codes', () => `Codes of messages:\n${table(codeEntries().map((entry) => ({ ...entry, doc: entry.title })))}`],
]);

/** Operators and views, with what they do. */
export const operatorsText = (): string =>
	`Operators:\n${table(operatorEntries())}\nViews, which \`stat\` takes by name too:\n${table(viewEntries())}`;

/** The type is what is behind the comma of a field's title. */
const typeOf = ({ title }: Entry): string => title.slice(title.lastIndexOf(' ') + 1);

/** Fields of a protocol and those of every exchange; null when there is no such protocol. */
export function fieldsText(protocol: string): string | null {
	const wanted = PROTOCOLS.filter(({ name }) => protocol === '' || name === protocol);
	if (wanted.length === 0) return null;
	const own = wanted.map(({ name, title }) => `Fields of ${title}:\n${table(protocolFieldEntries(name), typeOf)}`);
	return `${own.join('\n')}\nFields of every exchange:\n${table(commonFieldEntries(), typeOf)}`;
}

const names = (entries: readonly Entry[]): string => fill(entries.map(({ name }) => name).join(' '), '  ');

/** What there is, for help without a name. */
export const overviewText = (): string => `A query is a pipeline: a source, then operators, joined by |.

  watch http where path ~ "/api" | stat by remote_ip slow 5s

${operatorsText()}
Aggregates, for \`stat\`:
${names(aggregateEntries())}

Functions:
${names(functionEntries())}
`;

/** What is known of a name; null with what was probably meant when nothing is. */
export function helpOn(name: string): { readonly text: string } | { readonly meant: string | null } {
	const list = LISTS.get(name);
	if (list !== undefined) return { text: list() };
	const { entries, meant } = findEntries(name);
	return entries.length === 0 ? { meant } : { text: entries.map(describe).join('\n') };
}
