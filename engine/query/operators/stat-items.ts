import type { Arg, Stage } from '../../../grammar/ast.ts';
import { nearest } from '../../../grammar/suggest.ts';
import { lookupField } from '../../exchange/catalog.ts';
import { AGGREGATES } from '../aggregates/registry.ts';
import type { Flow } from '../flow.ts';
import { viewNames } from '../views/library.ts';
import { argsOf, clausesOf, constantValue } from './items.ts';
import type { CheckContext } from './operator.ts';

export interface StatItems {
	readonly columns: readonly Arg[];
	/** Length of the tumbling window, ns; null without one. */
	readonly window: number | null;
}

/** Tells window and aggregates apart: a bare duration is the window. Null when something was wrong. */
export const statItems = (stage: Stage, input: Flow, context: CheckContext): StatItems | null => {
	const { problems } = context;
	const args = argsOf(stage);
	const durations = args.filter((arg) => arg.name === null && arg.value.kind === 'duration');
	const every = clausesOf(stage, 'every');
	const [window, second] = [...durations, ...every];
	if (second !== undefined) {
		problems.error('CIQ508', second, 'there can be one window only');
		return null;
	}
	const columns = args.filter((arg) => !durations.includes(arg)).map((arg) => asCall(arg, input, context));
	if (columns.includes(null)) return null;
	if (columns.length === 0) {
		problems.error('CIQ503', stage, '`stat` needs an aggregate or a view', {
			label: 'such as `stat count()` or `stat slow`',
		});
		return null;
	}
	const length = window === undefined ? null : windowLength(window, input, context);
	if (length === undefined) return null;
	return { columns: columns.filter((arg) => arg !== null), window: length };
};

/** `stat count` means `count()`. */
const asCall = (arg: Arg, input: Flow, { problems, definitions }: CheckContext): Arg | null => {
	const { value } = arg;
	if (value.kind !== 'name') return arg;
	const { text } = value.name;
	if (AGGREGATES.has(text))
		return {
			...arg,
			value: problems.inherit({ kind: 'call', callee: value.name, args: [], where: null, span: value.span }, value),
		};
	const near = nearest(text, [...AGGREGATES.keys(), ...viewNames(), ...definitions.ops.keys()]);
	const mend = isField(text, input)
		? `aggregate it, as in \`any(${text})\`, or put it behind \`by\``
		: near !== null && `did you mean \`${near}\`?`;
	problems.error('CIQ302', arg, `no aggregate or view \`${text}\``, mend === false ? {} : { label: mend });
	return null;
};

const isField = (name: string, { columns, exchanges, protocols }: Flow): boolean =>
	columns.some((column) => column.name === name) || (exchanges && lookupField(name, protocols) !== null);

/** Undefined when the window was wrong. */
const windowLength = (
	window: Arg | ReturnType<typeof clausesOf>[number],
	input: Flow,
	context: CheckContext,
): number | undefined | null => {
	const { problems } = context;
	if (input.shape === 'tables') {
		problems.error('CIQ508', window, 'these rows have been put into tables already', {
			label: 'give the window to the first `stat`',
		});
		return undefined;
	}
	const { value } = window;
	const kind =
		value.kind === 'int'
			? 'a window of so many rows'
			: value.kind === 'call'
				? `a window by \`${value.callee.text}\``
				: null;
	if (kind !== null) {
		problems.error('CIQ501', value, `${kind} is not yet supported`, { label: 'a duration is: `every 5s`' });
		return undefined;
	}
	const length = value.kind === 'duration' ? value.value : constantValue(value, input, context);
	if (typeof length === 'number' && length > 0) return length;
	if (length !== undefined)
		problems.error('CIQ508', value, 'a window is a duration above 0', { label: 'such as `5s`' });
	return undefined;
};
