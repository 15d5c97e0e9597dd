import type { Arg, ClauseItem, Expr, Node, Stage } from '../../../grammar/ast.ts';
import type { Flow } from '../flow.ts';
import { argsOf, clausesOf, constantDuration, flagOf } from '../operators/items.ts';
import type { CheckContext, OperatorFlag } from '../operators/operator.ts';
import { refuseHeld } from '../operators/sort.ts';
import { timeReader } from '../operators/time.ts';
import { MAX_PANES, panesOf } from './panes.ts';
import type { Window } from './window.ts';

export const LATE: OperatorFlag = {
	name: 'late',
	value: 'keep|drop',
	doc: 'What becomes of rows that come after their window was given: `keep` gives it once more, `drop` only counts them',
};

/** What `window` items of a stage say, and the arguments that are left. */
export interface WindowItems {
	readonly window: Window | null;
	readonly args: readonly Arg[];
}

const EXAMPLE = { label: 'such as `5s`' };

/** Takes the window of a stage from its items: a bare duration is one. Null when it is wrong. */
export const checkWindow = (stage: Stage, input: Flow, context: CheckContext): WindowItems | null => {
	const { problems } = context;
	const all = argsOf(stage);
	const bare = all.filter((arg) => arg.name === null && arg.value.kind === 'duration');
	const args = all.filter((arg) => !bare.includes(arg));
	const steps: readonly (Arg | ClauseItem)[] = [...bare, ...clausesOf(stage, 'every')];
	const lengths = clausesOf(stage, 'over');
	const [extra] = [...steps.slice(1), ...lengths.slice(1)];
	const [step] = steps;
	const [length] = lengths;
	if (extra !== undefined) {
		problems.error('CIQ508', extra, 'there can be one window only');
		return null;
	}
	if (step === undefined && length !== undefined) {
		problems.error('CIQ508', length, 'how often a sliding window is given is missing', {
			label: 'such as `over 1m every 5s`',
		});
		return null;
	}
	const keepLate = checkLate(stage, step !== undefined, context);
	if (keepLate === null) return null;
	if (step === undefined) return { window: null, args };
	if (input.shape === 'tables') {
		problems.error('CIQ508', step, 'these rows have been put into tables already', {
			label: 'give the window to the first `stat`',
		});
		return null;
	}
	const window = windowOf(step.value, length?.value ?? null, keepLate, input, context);
	if (window === null) return null;
	if (window.kind !== 'rows' && (refuseTimeless(stage, input, context) || refuseHeld(step, input.heldBy, context)))
		return null;
	return { window, args };
};

/** Whether late rows are kept; null when the flag was wrong. */
const checkLate = (stage: Stage, hasWindow: boolean, { problems }: CheckContext): boolean | null => {
	const late = flagOf(stage, LATE.name);
	const flag = stage.items.find((item) => item.kind === 'flag' && item.name.text === LATE.name);
	if (late === null || flag === undefined) return false;
	if (hasWindow && (late === 'keep' || late === 'drop')) return late === 'keep';
	if (hasWindow) problems.error('CIQ405', flag, '`--late` is `keep` or `drop`', { label: 'write `--late=keep`' });
	else problems.error('CIQ508', flag, 'without a window no row is late', { label: 'give it one, such as `5s`' });
	return null;
};

const windowOf = (
	step: Expr,
	length: Expr | null,
	keepLate: boolean,
	input: Flow,
	context: CheckContext,
): Window | null => {
	const { problems } = context;
	const other = step.kind === 'call' || step.kind === 'int' ? step : null;
	if (other !== null && length !== null) {
		problems.error('CIQ508', other, 'a sliding window is given after a duration', { label: 'such as `every 5s`' });
		return null;
	}
	if (step.kind === 'call') return sessionOf(step, keepLate, input, context);
	if (step.kind === 'int') {
		if (step.value > 0) return { kind: 'rows', count: step.value };
		problems.error('CIQ508', step, 'a window of rows has at least one', { label: 'such as `every 1000`' });
		return null;
	}
	const every = durationOf(step, input, context);
	const whole = length === null ? every : durationOf(length, input, context);
	if (every === null || whole === null) return null;
	return timeWindow(whole, every, keepLate, step, context);
};

/** Windows of a length in ns, a new one every so many ns; what is wrong with them is said of `node`. */
export const timeWindow = (
	length: number,
	every: number,
	keepLate: boolean,
	node: Node,
	context: CheckContext,
): Window | null => {
	if (every > length)
		return refuse(
			node,
			'between these windows rows would be left out',
			'`every` is at most as long as a window',
			context,
		);
	if (panesOf(length, every) > MAX_PANES)
		return refuse(
			node,
			`these windows overlap too finely: more than ${MAX_PANES} parts`,
			'such as `over 1m every 5s`',
			context,
		);
	return { kind: 'time', length, every, keepLate };
};

/** `session(30s)`. */
const sessionOf = (
	call: Extract<Expr, { kind: 'call' }>,
	keepLate: boolean,
	input: Flow,
	context: CheckContext,
): Window | null => {
	const [arg, extra] = call.args;
	if (call.callee.text !== 'session' || arg === undefined || extra !== undefined)
		return refuse(
			call,
			'a window is a duration, a session or a number of rows',
			'such as `every session(30s)`',
			context,
		);
	const pause = durationOf(arg.value, input, context);
	return pause === null ? null : { kind: 'session', pause, keepLate };
};

/** ns; null when it is none. */
const durationOf = (expr: Expr, input: Flow, context: CheckContext): number | null => {
	const length = constantDuration(expr, input, context);
	if (length === null) context.problems.error('CIQ508', expr, 'a window is a duration above 0', EXAMPLE);
	return length ?? null;
};

const refuse = (node: Node, message: string, label: string, { problems }: CheckContext): null => {
	problems.error('CIQ508', node, message, { label });
	return null;
};

const refuseTimeless = (stage: Stage, input: Flow, { problems }: CheckContext): boolean => {
	if (timeReader(input) !== null) return false;
	problems.error('CIQ508', stage, 'a window needs the time of each row', { label: 'keep `end_time` in `select`' });
	return true;
};
