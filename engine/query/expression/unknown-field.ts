import type { Expr, Member } from '../../../grammar/ast.ts';
import { printExpr } from '../../../grammar/print.ts';
import { nearest } from '../../../grammar/suggest.ts';
import { fieldNames, lookupField } from '../../exchange/catalog.ts';
import { PROTOCOLS } from '../../protocols/registry.ts';
import { AGGREGATES } from '../aggregates/registry.ts';
import { type Flow, isWhole } from '../flow.ts';
import { dottedFieldElsewhere, fieldElsewhere } from '../other-fields.ts';
import { PLANNED_FIELDS } from '../planned.ts';
import { MESSAGE_PARTS } from './message-parts.ts';
import type { Scope } from './scope.ts';

/** What the place of a name suggests that it is. */
export type Expected = 'text' | 'process' | null;

/** Says that a name is none, and what may have been meant. */
export const refuseUnknownField = (name: string, node: Expr, scope: Scope, expecting: Expected): void => {
	const { flow } = scope;
	// Names of programs are such words, too: `comm == node`.
	const planned = flow.exchanges && expecting === null ? PLANNED_FIELDS.get(name) : undefined;
	if (planned !== undefined) {
		scope.problems.error('CIQ501', node, `\`${name}\` is not yet supported: ${planned}`);
		return;
	}
	const known = namesIn(flow);
	const elsewhere = fieldElsewhere(name);
	const near =
		elsewhere !== null && known.includes(elsewhere)
			? elsewhere
			: nearest(name, [...known, ...scope.definitions.values.keys()]);
	const choices = isWhole(flow) || known.length > 10 ? [] : [`the columns here are ${known.join(', ')}`];
	const view = scope.problems.originOf(node).call?.of.name.text;
	const isOfExchanges = view !== undefined && !isWhole(flow) && lookupField(name, null)?.kind === 'field';
	const reads = isOfExchanges ? [`\`${view}\` is of exchanges, as \`watch\` gives them: these rows are none`] : [];
	const text = expecting === 'text' ? `did you mean the text \`"${name}"\`?` : null;
	const process = expecting === 'process' ? `a process by its name: \`comm == "${name}"\`` : null;
	const field = near === null ? null : `did you mean \`${near}\`?`;
	const label = text ?? process ?? otherMeaning(name, scope) ?? field;
	scope.problems.error('CIQ301', node, `no field \`${name}\` in ${whereOf(scope)}`, {
		...(label !== null && { label }),
		notes: text !== null && field !== null ? [...choices, `or the field \`${near}\``] : [...choices, ...reads],
	});
};

/** Parts of a time, by which other languages group. */
const STEPS: ReadonlyMap<string, string> = new Map([
	['second', '1s'],
	['minute', '1m'],
	['hour', '1h'],
]);

/** A name that is no field of its own, but part of one, or an aggregate without its parentheses. */
const otherMeaning = (name: string, { aggregate, flow }: Scope): string | null => {
	if (aggregate !== null && AGGREGATES.has(name)) return `did you mean \`${name}()\`?`;
	const step = STEPS.get(name);
	if (step !== undefined) return `write \`${name} = bin(ts, ${step})\`, or behind \`stat …\` the window \`${step}\``;
	const [, message, of] = /^(req|resp)(?:uest|onse)?_(body|headers?|text)$/i.exec(name) ?? [];
	if (message !== undefined && flow.exchanges)
		return `write \`${message.toLowerCase()}.${of?.toLowerCase() === 'header' ? 'headers' : of?.toLowerCase()}\``;
	if (/^(none|nil|undefined|missing)$/i.test(name)) return 'write `null`';
	if (name === 'localhost') return 'write `127.0.0.1`';
	const order = /^(asc|desc)(?:ending)?$/i.exec(name)?.[1];
	if (order !== undefined) return `write \`${order.toLowerCase()}\``;
	const part = [...MESSAGE_PARTS.keys()].find((known) => known === name || known === `${name}s`);
	return part !== undefined && flow.exchanges ? `write \`req.${part}\` or \`resp.${part}\`` : null;
};

/** Every name that means something in the rows of a flow. */
const namesIn = (flow: Flow): readonly string[] => [
	...flow.columns.map((column) => column.name),
	...(flow.exchanges ? fieldNames(flow.protocols) : []),
	...flow.nested.flatMap((inner) => (inner.name === null ? namesIn(inner.flow) : [inner.name])),
];

const whereOf = ({ flow }: Pick<Scope, 'flow'>): string => {
	if (flow.nested.length > 0) return 'these rows';
	if (!flow.exchanges) return 'these columns';
	const [only, ...more] = flow.protocols ?? PROTOCOLS.map((protocol) => protocol.name);
	if (only === undefined || more.length > 0) return 'this stream';
	return `${/^[aeiou]|^http/.test(only) ? 'an' : 'a'} ${only} stream`;
};

/** Says what `http.request.uri` and `ip.src` are called here; whether it is one of those. */
export const refuseDottedElsewhere = (expr: Member, { flow, definitions, problems }: Scope): boolean => {
	const field = flow.exchanges ? dottedFieldElsewhere(printExpr(expr)) : null;
	if (field === null || lookupField(field, flow.protocols) === null) return false;
	const first = firstName(expr);
	const isOurs = [...flow.columns, ...flow.nested].some((known) => known.name === first);
	if (isOurs || first === null || definitions.values.has(first)) return false;
	problems.error('CIQ301', expr, `no field \`${printExpr(expr)}\` in ${whereOf({ flow })}`, {
		label: `did you mean \`${field}\`?`,
	});
	return true;
};

const firstName = ({ object }: Member): string | null =>
	object.kind === 'name' ? object.name.text : object.kind === 'member' ? firstName(object) : null;
