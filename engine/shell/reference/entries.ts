import { SYNTAX_CODES } from '../../../grammar/codes.ts';
import { COMMON_FIELDS } from '../../exchange/common-fields.ts';
import type { Field, FieldNeed } from '../../exchange/field.ts';
import { nameOf } from '../../exchange/type.ts';
import { FORMATS } from '../../output/registry.ts';
import type { Format } from '../../output/sink.ts';
import { PROTOCOLS } from '../../protocols/registry.ts';
import { AGGREGATES } from '../../query/aggregates/registry.ts';
import { QUERY_CODE_HELP } from '../../query/code-help.ts';
import { usageOf } from '../../query/functions/function.ts';
import { FUNCTIONS } from '../../query/functions/registry.ts';
import type { Operator, OperatorFlag } from '../../query/operators/operator.ts';
import { OPERATORS } from '../../query/operators/registry.ts';
import { libraryView } from '../../query/views/library.ts';
import { viewNames } from '../../query/views/names.ts';
import { viewUsage } from '../../query/views/usage.ts';
import { CLASSIC_FLAGS, type ClassicFlag } from '../classic-flags.ts';
import type { Flag } from '../flag.ts';
import { GENERAL_FLAGS } from '../flags.ts';
import { COMMANDS } from './commands.ts';
import type { Entry } from './entry.ts';
import { fill } from './fill.ts';
import { sampleOfField } from './samples.ts';
import { CLAUSES, INFIXES, LITERALS, STATEMENTS } from './syntax.ts';

/* Everything that has a name, from the registries: nothing is described here that they do not hold. */

export const operatorEntries = (): readonly Entry[] =>
	[...OPERATORS.values()].map(({ name, doc, usage, examples, source, flags = [], columns = [] }) => {
		const lines = [...flags.map(operatorFlag), ...columns.map(columnLine)];
		const text = name === 'to' ? [...lines, ...FORMATS.map(formatLine)] : lines;
		return {
			kind: 'operator',
			name,
			title: source ? 'source' : 'operator',
			usage,
			doc,
			examples,
			...(text.length > 0 && { text: text.join('\n') }),
		};
	});

const formatLine = ({ name, doc }: Format): string => `${name}: ${doc}`;

const columnLine = ({ name, type, doc }: NonNullable<Operator['columns']>[number]): string =>
	`${name} (${type}): ${doc}`;

const operatorFlag = ({ name, value, doc }: OperatorFlag): string =>
	`--${name}${value === null ? '' : `=${value}`}: ${doc}`;

const EXAMPLE = /^Example: /;

/** The first line of its documentation says what a view does; others may be examples. */
export const viewEntries = (): readonly Entry[] =>
	viewNames().flatMap((name): Entry[] => {
		const view = libraryView(name);
		if (view === null) return [];
		const { op, source } = view;
		const [doc = '', ...more] = (op.doc ?? '').split('\n');
		return [
			{
				kind: 'view',
				name,
				title: 'view of the library',
				usage: viewUsage(op),
				doc,
				examples: more.filter((line) => EXAMPLE.test(line)).map((line) => line.replace(EXAMPLE, '')),
				text: definitionOf(source.text),
			},
		];
	});

/** Its documentation is said already. */
const definitionOf = (text: string): string => text.replace(/^(##.*\n)+/, '').trimEnd();

export const aggregateEntries = (): readonly Entry[] =>
	[...AGGREGATES.values()].map((aggregate) => ({
		kind: 'aggregate',
		name: aggregate.name,
		title: 'aggregate',
		usage: usageOf(aggregate),
		doc: aggregate.doc,
		examples: [`watch http | stat ${aggregate.example} by route`],
	}));

/** `has`, `now` and what is made of it are not in the registry: what they give depends on more than values. */
const CHECKED_CALLS: readonly Entry[] = [
	{
		kind: 'function',
		name: 'has',
		title: 'function, bool',
		usage: 'has(x)',
		doc: 'Whether the record has such a value; the same as `x != null`',
		examples: ['watch http where has(user_agent)'],
	},
	{
		kind: 'function',
		name: 'now',
		title: 'function, time',
		usage: 'now()',
		doc: 'When the query began',
		examples: ['watch http | select path, seen = now() - ts'],
	},
	{
		kind: 'function',
		name: 'ago',
		title: 'function, time',
		usage: 'ago(duration)',
		doc: 'So long before the query began',
		examples: ['watch http where ts > ago(5m)'],
	},
	{
		kind: 'function',
		name: 'elapsed',
		title: 'function, duration',
		usage: 'elapsed(time)',
		doc: 'How long a moment lies back: the same as `now() - time`',
		examples: ['watch http where elapsed(ts) < 5m'],
	},
];

export const functionEntries = (): readonly Entry[] => [
	...CHECKED_CALLS,
	...[...FUNCTIONS.values()].map(
		(fn): Entry => ({
			kind: 'function',
			name: fn.name,
			title: typeof fn.result === 'function' ? 'function' : `function, ${nameOf(fn.result)}`,
			usage: usageOf(fn),
			doc: fn.doc,
			examples: [`watch http | select x = ${fn.example}`],
		}),
	),
];

const syntaxEntries = (): readonly Entry[] => [...STATEMENTS, ...CLAUSES, ...INFIXES, ...LITERALS];

const COSTS: Readonly<Record<FieldNeed, string | null>> = {
	head: null,
	body: 'bodies are captured',
	received: 'packets that come are observed',
	readable: 'it is observed when bytes become readable',
	sent: 'packets that leave are observed',
	resent: 'it is observed what TCP sends again',
	rtt: null,
};

const fieldEntry = ({ name, aliases, type, doc, needs = [] }: Field, protocol: string | null): Entry => {
	const costs = needs.map((need) => COSTS[need]).filter((cost) => cost !== null);
	return {
		kind: 'field',
		name,
		aliases: [...(aliases ?? []), ...(protocol === null ? [] : [`${protocol}.${name}`])],
		title: `${protocol === null ? 'field of every exchange' : `field of ${protocol}`}, ${nameOf(type)}`,
		doc,
		examples: [sampleOfField(name, nameOf(type), protocol)],
		...(costs.length > 0 && { text: fill(`Using it costs: ${costs.join(', ')}.`) }),
	};
};

/** What `watch` may name, with the fields that are its own. */
const protocolEntries = (): readonly Entry[] =>
	PROTOCOLS.map(({ name, title, doc, fields }) => ({
		kind: 'protocol',
		name,
		title: `protocol, ${title}`,
		usage: `watch ${name}`,
		doc,
		examples: [`watch ${name} | head 5`],
		text: `Fields:\n${fill(fields.map((field) => field.name).join(' '), '  ')}`,
	}));

/** Fields that every exchange has. */
export const commonFieldEntries = (): readonly Entry[] => COMMON_FIELDS.map((field) => fieldEntry(field, null));

/** Fields of one protocol. */
export const protocolFieldEntries = (protocol: string): readonly Entry[] =>
	(PROTOCOLS.find(({ name }) => name === protocol)?.fields ?? []).map((field) => fieldEntry(field, protocol));

const flagEntry = ({ name, short, value, doc, example }: Flag, title: string): Entry => ({
	kind: 'flag',
	name: `--${name}`,
	...(short !== undefined && { aliases: [`-${short}`] }),
	title,
	usage: `--${name}${value === undefined ? '' : ` ${value}`}`,
	doc,
	examples: example === undefined ? [] : [`claudeinsight ${example}`],
});

const classicTitle = ({ commands = ['watch', 'stat', 'overview'], protocol }: ClassicFlag): string =>
	`flag of ${commands.join(' and ')}${protocol === undefined ? '' : ` for ${protocol}`}`;

export const flagEntries = (): readonly Entry[] => [
	...GENERAL_FLAGS.map((flag) => flagEntry(flag, 'flag of every query')),
	...CLASSIC_FLAGS.map((flag) => {
		const doc = flag.missing ? `${flag.doc}: not yet supported` : flag.doc;
		return flagEntry({ ...flag, doc }, classicTitle(flag));
	}),
];

/** Examples of formats that are not for whatever exchanges on standard output. */
const FORMAT_EXAMPLES: ReadonlyMap<string, string> = new Map([
	['table', 'watch http | stat count() by route | to table'],
	['prom', 'watch http | stat count() by route | to prom'],
	['mermaid', 'watch http | map | to mermaid'],
	['dot', 'watch http | map | to dot'],
	['arrow', 'from "shop.ciqrec" http | to arrow "x.arrows"'],
	['pcapng', 'from "shop.ciqrec" http | to pcapng "x.pcapng"'],
]);

export const formatEntries = (): readonly Entry[] =>
	FORMATS.map(({ name, aliases, doc }) => ({
		kind: 'format',
		name,
		aliases,
		title: 'format of `to`',
		usage: `to ${name} ["path"]`,
		doc,
		examples: [FORMAT_EXAMPLES.get(name) ?? `watch http | head 5 | to ${name}`],
	}));

export const codeEntries = (): readonly Entry[] =>
	[...Object.entries(SYNTAX_CODES), ...QUERY_CODE_HELP].map(([name, help]) => ({
		kind: 'code',
		name,
		title: help.title,
		doc: help.meaning,
		examples: [],
		...('example' in help && help.example && { text: `Wrong: ${help.example.wrong}\nRight: ${help.example.right}` }),
	}));

/** All of them, in the order in which help looks a name up. */
export const allEntries = (): readonly Entry[] => [
	...operatorEntries(),
	...viewEntries(),
	...aggregateEntries(),
	...functionEntries(),
	...syntaxEntries(),
	...protocolEntries(),
	...commonFieldEntries(),
	...PROTOCOLS.flatMap(({ name }) => protocolFieldEntries(name)),
	...formatEntries(),
	...COMMANDS,
	...flagEntries(),
	...codeEntries(),
];
