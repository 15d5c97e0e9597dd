import type { Arg, Stage } from '../../../grammar/ast.ts';
import { printExpr } from '../../../grammar/print.ts';
import { nearest } from '../../../grammar/suggest.ts';
import { lookupField } from '../../exchange/catalog.ts';
import { AGGREGATES } from '../aggregates/registry.ts';
import type { Flow } from '../flow.ts';
import { viewNames } from '../views/names.ts';
import { checkWindow } from '../windows/check-window.ts';
import type { Window } from '../windows/window.ts';
import type { CheckContext } from './operator.ts';

export interface StatItems {
	readonly columns: readonly Arg[];
	readonly window: Window | null;
}

/** Tells window and aggregates apart. Null when something was wrong. */
export const statItems = (stage: Stage, input: Flow, context: CheckContext): StatItems | null => {
	const items = checkWindow(stage, input, context);
	if (items === null) return null;
	// What stands behind a word for `by` is a key.
	const end = items.args.findIndex(({ value }) => value.kind === 'name' && GROUPERS.has(value.name.text)) + 1;
	const columns = (end === 0 ? items.args : items.args.slice(0, end)).map((arg, at) =>
		asCall(arg, items.args[at - 1] ?? null, input, context),
	);
	if (columns.includes(null)) return null;
	if (columns.length === 0) {
		context.problems.error('CIQ503', stage, '`stat` needs an aggregate or a view', {
			label: 'such as `stat count()` or `stat slow`',
		});
		return null;
	}
	return { columns: columns.filter((arg) => arg !== null), window: items.window };
};

/** `stat count` means `count()`. */
const asCall = (arg: Arg, previous: Arg | null, input: Flow, { problems, definitions }: CheckContext): Arg | null => {
	const { value } = arg;
	if (value.kind !== 'name') return arg;
	const { text } = value.name;
	if (AGGREGATES.has(text))
		return {
			...arg,
			value: problems.inherit({ kind: 'call', callee: value.name, args: [], where: null, span: value.span }, value),
		};
	if (GROUPERS.has(text)) {
		problems.error('CIQ302', arg, 'the keys of groups stand behind `by`', { label: 'write `by`' });
		return null;
	}
	const near = nearest(text, [...AGGREGATES.keys(), ...viewNames(), ...definitions.ops.keys()]);
	const mend = isField(text, input)
		? (aggregateBeside(arg, previous) ?? `aggregate it, as in \`any(${text})\`, or put it behind \`by\``)
		: near !== null && `did you mean \`${near}\`?`;
	problems.error('CIQ302', arg, `no aggregate or view \`${text}\``, mend === false ? {} : { label: mend });
	return null;
};

const GROUPERS: ReadonlySet<string> = new Set(['per', 'group', 'groupby']);

/** `stat avg latency`: one blank between them, and no comma. */
const aggregateBeside = ({ value, span }: Arg, previous: Arg | null): string | null => {
	const name = previous?.value.kind === 'name' ? previous.value.name.text : '';
	const isMeant = AGGREGATES.has(name) && AGGREGATES.get(name)?.column === undefined;
	return isMeant && previous?.span.end === span.start - 1 ? `write \`${name}(${printExpr(value)})\`` : null;
};

const isField = (name: string, { columns, exchanges, protocols }: Flow): boolean =>
	columns.some((column) => column.name === name) || (exchanges && lookupField(name, protocols) !== null);
