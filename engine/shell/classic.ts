import type { Arg, Expr, Item, Program, Stage } from '../../grammar/ast.ts';
import type { Span } from '../../grammar/span.ts';
import * as ast from './ast-build.ts';
import { type ClassicCommand, classicFlag } from './classic-flags.ts';
import type { CommandLine, Word } from './command-line.ts';
import { usage } from './exit.ts';
import { count, type Given, someQuantity } from './flag-values.ts';
import { wideColumns } from './wide-columns.ts';

/** A flag as it was given; the value of a switch is the flag's own word. */
export interface GivenFlag extends Given {
	readonly name: string;
}

export const CLASSIC_COMMANDS: readonly string[] = ['watch', 'stat', 'overview'] satisfies readonly ClassicCommand[];

export const isClassicCommand = (word: string): word is ClassicCommand => CLASSIC_COMMANDS.includes(word);

interface Metric {
	readonly names: readonly string[];
	readonly field: string;
	/** Sizes have a total. */
	readonly total: boolean;
}

const METRICS: readonly Metric[] = [
	{ names: ['total-time', 't'], field: 'latency', total: false },
	{ names: ['reqsize', 'q'], field: 'req_size', total: true },
	{ names: ['respsize', 'p'], field: 'resp_size', total: true },
	{ names: ['network-time', 'n'], field: 'remote_time', total: false },
	{ names: ['internal-time', 'i'], field: 'internal_time', total: false },
	{ names: ['socket-time', 's'], field: 'socket_time', total: false },
];

const GROUP_KEYS = new Map([
	['conn', 'conn'],
	['remote-ip', 'remote_ip'],
	['remote-port', 'remote_port'],
	['local-port', 'local_port'],
	['protocol', 'protocol'],
	['http-path', 'path'],
]);

const VIEWS = ['slow', 'bigreq', 'bigresp'];
const AGGREGATES = ['avg', 'p50', 'p90', 'p99', 'max'];

function metricOf({ flag, value }: Given): Metric {
	const metric = METRICS.find(({ names }) => names.includes(value.text));
	if (metric === undefined) {
		throw usage(`${flag} takes ${METRICS.flatMap(({ names }) => names).join(', ')}, not '${value.text}'`);
	}
	return metric;
}

function groupKeys({ flag, value }: Given): Expr[] {
	const names = value.text.split('/');
	if (value.text === 'none') return [];
	return names.map((key) => {
		const field = GROUP_KEYS.get(key);
		if (field !== undefined) return ast.field(field, value.span);
		if (key === 'redis-command') throw usage(`${flag} ${key} is not yet supported`);
		throw usage(
			`${flag} takes ${[...GROUP_KEYS.keys(), 'none'].join(', ')}, or two of them as a/b, not '${value.text}'`,
		);
	});
}

/** `stat count(), avg(x), … by keys`, or the view that was asked for. */
function statStage(at: Span, flags: ReadonlyMap<string, GivenFlag>): Stage {
	const key = flags.get('group-by');
	const keys = key === undefined ? [ast.field('remote_ip', at)] : groupKeys(key);
	const by: Item[] = keys.length === 0 ? [] : [ast.by(keys, key?.value.span ?? at)];
	const views = VIEWS.filter((view) => flags.has(view));
	if (views.length > 1) throw usage(`--${views.join(' and --')} exclude each other`);
	const metric = flags.get('metric');
	const samples = flags.get('samples-limit');
	const [view] = views;
	if (view !== undefined) {
		const foreign = metric ?? samples;
		if (foreign !== undefined) throw usage(`--${view} has columns of its own: leave out ${foreign.flag}`);
		// Without keys a view takes its own.
		const none = ast.field('none', key?.value.span ?? at);
		return ast.stage(view, by.length === 0 ? [ast.by([none], none.span)] : by, at);
	}
	const { field, total } = metricOf(metric ?? { flag: '--metric', value: { text: 'total-time', span: at } });
	const span = metric?.value.span ?? at;
	const functions = total ? [...AGGREGATES, 'sum'] : AGGREGATES;
	const columns = functions.map((name) => ast.call(name, [ast.field(field, span)], span));
	const made = [ast.call('count', [], span), ...columns].map(ast.arg);
	const items: Item = { kind: 'args', args: samples === undefined ? made : [...made, samplesColumn(samples)], span };
	return ast.stage('stat', [items, ...by], at);
}

/** `samples = list(this, n)`. */
function samplesColumn(limit: GivenFlag): Arg {
	const { span } = limit.value;
	const most = ast.int(count(limit, 'a number of records'), span);
	return { ...ast.arg(ast.call('list', [ast.field('this', span), most], span)), name: ast.name('samples', span) };
}

/** `-o wide`: more columns. */
function wideStage({ flag, value }: GivenFlag, protocol: string | undefined, isJson: boolean): Stage {
	if (value.text !== 'wide')
		throw usage(`${flag} takes wide, not '${value.text}'; \`select\` in a query takes any columns`);
	if (isJson) throw usage(`${flag} wide is for tables: JSON has everything`);
	const columns = wideColumns(protocol).map((name) => ast.arg(ast.field(name, value.span)));
	return ast.stage('select', [{ kind: 'args', args: columns, span: value.span }], value.span);
}

/** What `watch` does with the records: `head`, `select` and `to`. */
function watchStages(flags: ReadonlyMap<string, GivenFlag>, protocol: string | undefined): Stage[] {
	const stages: Stage[] = [];
	const most = flags.get('max-records');
	if (most !== undefined) {
		const n = count(most, 'a number of records');
		stages.push(ast.stage('head', [ast.args([ast.int(n, most.value.span)], most.value.span)], most.value.span));
	}
	const output = flags.get('json-output');
	const shape = flags.get('output');
	if (shape !== undefined) stages.push(wideStage(shape, protocol, output !== undefined));
	if (output !== undefined) {
		const { text, span } = output.value;
		// The documented object has the times of the stages, which are not captured for nobody.
		stages.push(ast.stage('extend', [ast.args([ast.field('stages', span)], span)], span));
		const json = ast.args([ast.field('json', span)], span);
		const path = text === 'stdout' ? [] : [ast.args([ast.string(text, span)], span)];
		stages.push(ast.stage('to', [json, ...path], span));
	}
	return stages;
}

function checkFlag({ flag, name }: GivenFlag, command: ClassicCommand, protocol: Word | undefined): void {
	const known = classicFlag(name);
	if (known === undefined) return;
	if (known.missing) throw usage(`${flag} is not yet supported`);
	if (known.commands && !known.commands.includes(command)) {
		throw usage(`${flag} belongs to ${known.commands.map((c) => `\`${c}\``).join(' and ')}, not to \`${command}\``);
	}
	if (known.protocol !== undefined && protocol?.text !== known.protocol) {
		throw usage(`${flag} is a filter for ${known.protocol}: write \`${command} ${known.protocol} ${flag} …\``);
	}
}

/** Flags that restrict the capture and not the records. */
export const ofProcesses = (given: readonly GivenFlag[]): readonly GivenFlag[] =>
	given.filter(({ name }) => classicFlag(name)?.processes);

/** Whether a query goes on with it behind the protocol: `where status == 500`. */
const isQueryWord = (text: string): boolean => /^(where|by)\b/.test(text);

/**
 * The tree of `watch [protocol] --flags`, `stat [protocol] --flags` or `overview --flags`; `printed`: to be read by a
 * person, with what the capture decides. Throws Failure.
 */
export function classicProgram(
	line: CommandLine,
	words: readonly Word[],
	given: readonly GivenFlag[],
	printed: boolean,
): Program {
	const [{ text: command, span: at }, protocol, extra] = words;
	if (!isClassicCommand(command)) throw usage(`no such command: ${command}`);
	if (extra !== undefined) {
		throw usage(
			`unexpected '${extra.text}': a query with more than flags is one argument, as in -e '${
				isQueryWord(extra.text)
					? words
							.map(({ text }) => text)
							.join(' ')
							.replaceAll("'", '"')
					: `${command} http | head 5`
			}'`,
		);
	}
	for (const flag of given) checkFlag(flag, command, protocol);
	const conditions = given.flatMap((flag) => {
		const known = classicFlag(flag.name);
		return known?.processes && !printed ? [] : (known?.condition?.(flag) ?? []);
	});
	const where = ast.every(conditions);
	const items: Item[] = [];
	if (protocol !== undefined) items.push(ast.args([ast.field(protocol.text, protocol.span)], protocol.span));
	if (where !== undefined) items.push({ kind: 'where', value: where, span: where.span });
	const flags = new Map(given.map((flag) => [flag.name, flag]));
	const time = flags.get('time');
	const stages: Stage[] =
		command === 'overview' && time === undefined ? [ast.stage('overview', items, at)] : [ast.stage('watch', items, at)];
	if (time !== undefined) {
		const { span } = time.value;
		stages.push(ast.stage('until', [ast.args([ast.duration(someQuantity(time, 'seconds'), 's', span)], span)], span));
		if (command === 'overview') stages.push(ast.stage('overview', [], at));
	}
	if (command === 'watch') stages.push(...watchStages(flags, protocol?.text));
	if (command === 'stat') stages.push(statStage(at, flags));
	const span = { start: 0, end: line.source.text.length };
	return {
		kind: 'program',
		source: line.source,
		statements: [{ kind: 'pipeline', continues: false, stages, span }],
		span,
	};
}
