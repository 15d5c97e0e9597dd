import type { Pipeline } from '../../../grammar/ast.ts';
import { printStage } from '../../../grammar/print-stage.ts';
import type { CaptureDemand } from '../../capture/demand.ts';
import { fileSourceName } from '../../capture/file-source.ts';
import { probesFor } from '../../capture/live-hooks.ts';
import { typeText } from '../../exchange/type.ts';
import { wrap } from '../../output/wrap.ts';
import { sourceName } from '../blocks.ts';
import type { Flow } from '../flow.ts';
import type { CheckedStage } from '../operators/operator.ts';
import type { CaptureWay, Plan } from '../plan.ts';
import { payloadWords, presentWords, stageWords } from './demand-words.ts';
import { scopeWords, splitConditions } from './scope-words.ts';

/** What stands below a stage or a heading. */
const INDENT = '    ';
/** No line is longer, and none wider than a terminal. */
const MAX_LINE = 100;
/** With less room there is none behind the headings. */
const LEAST_LINE = 40;
/** Of the longest heading. */
const TITLE = 11;

/** A note below a stage, gone on with in further lines. */
function note(mark: string, text: string, width: number): readonly string[] {
	const lines = [`${INDENT}${mark}`];
	for (const word of text.split(' ')) {
		if (`${lines.at(-1)} ${word}`.length > width) lines.push(`${INDENT} `);
		lines.push(`${lines.pop()} ${word}`);
	}
	return lines;
}

function flowWords({ exchanges, columns, protocols, shape }: Flow): string {
	const named = columns.map(({ name, type }) => `${name} ${typeText(type)}`).join(', ');
	if (!exchanges) return `${shape === 'tables' ? 'tables of' : 'rows of'} ${named}`;
	const what = protocols === null ? 'exchanges of every protocol' : `exchanges of ${protocols.join(', ')}`;
	return named === '' ? what : `${what}, with ${named}`;
}

/** A stage as a text, what comes out of it where that is not what came in, and what it keeps. */
function stageLines(
	text: string,
	{ flow, keeps = [] }: CheckedStage,
	before: Flow | undefined,
	width: number,
): readonly string[] {
	const out = flowWords(flow);
	const isSame = before !== undefined && flowWords(before) === out;
	return [text, ...(isSame ? [] : note('→', out, width)), ...keeps.flatMap((words) => note('·', words, width))];
}

/** A heading and lines behind it in one column. */
type Entries = (title: string, lines: readonly string[]) => readonly string[];

const entriesOf =
	(width: number): Entries =>
	(title, lines) =>
		lines
			.flatMap((line) => wrap(line, width - INDENT.length - TITLE - 1, '', '  '))
			.map((line, at) => `${INDENT}${(at === 0 ? title : '').padEnd(TITLE)} ${line}`);

/** Where the bytes are taken, and by which programs in the kernel. */
const wayLines = (way: CaptureWay | undefined, demand: CaptureDemand, entry: Entries): readonly string[] =>
	way === undefined
		? []
		: [...entry('mode', [way.words]), ...(way.mode === null ? [] : entry('probes', probesFor(way.mode, demand)))];

function captureLines(
	{ source, demand, inputs = [] }: Plan,
	stages: readonly CheckedStage[],
	way: (() => CaptureWay) | undefined,
	entry: Entries,
): readonly string[] {
	const { kernel, here } = splitConditions(stages);
	const { protocols } = demand;
	const isLive = source.kind === 'watch';
	if (source.kind === 'kept') return [`read from the result ${source.name}`];
	return [
		source.kind === 'watch' ? 'captured in the kernel' : `read from ${sourceName(source)}`,
		...entry(
			'also',
			inputs.map((input) => `read from ${fileSourceName(input.source)}`),
		),
		...(isLive ? wayLines(way?.(), demand, entry) : []),
		...(isLive ? entry('sockets', scopeWords(demand.scope)) : []),
		...(isLive ? entry(stages[0]?.present ?? '', presentWords(stages)) : []),
		...entry('protocols', [protocols === null ? 'all' : protocols.join(', ') || 'none']),
		...entry('payload', payloadWords(demand, stages)),
		...entry('stages', stageWords(demand, stages)),
		...(isLive
			? entry(
					'decided',
					kernel.map((condition) => `in the kernel, and again here: ${condition}`),
				)
			: []),
		...entry(
			kernel.length === 0 || !isLive ? 'decided' : '',
			(isLive ? here : [...kernel, ...here]).map((condition) => `here: ${condition}`),
		),
	];
}

/**
 * What a checked pipeline is, for a person: its stages with views expanded, their types, and what is captured for it. `way`
 * tells how.
 */
export function describePlan(
	pipeline: Pipeline,
	stages: readonly CheckedStage[],
	plan: Plan,
	way?: () => CaptureWay,
	terminal = MAX_LINE,
): string {
	const width = Math.max(LEAST_LINE, Math.min(MAX_LINE, terminal));
	const lines = stages.flatMap((stage, at) =>
		stageLines(`${at === 0 ? '' : '| '}${printStage(pipeline.stages[at])}`, stage, stages[at - 1]?.flow, width),
	);
	return `${[...lines, '', ...captureLines(plan, stages, way, entriesOf(width))].join('\n')}\n`;
}
