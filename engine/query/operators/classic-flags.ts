import type { FlagItem, Item, Stage } from '../../../grammar/ast.ts';
import { printExpr } from '../../../grammar/print.ts';
import type { Span } from '../../../grammar/span.ts';

const oneOf =
	(field: string) =>
	(value: string): string => {
		const values = value.split(',').map((text) => `"${text}"`);
		return values.length === 1 ? `${field} == ${values[0]}` : `${field} in [${values.join(', ')}]`;
	};

/** The condition that a filter of the command line stands for: inside the language it is written out. */
const CONDITIONS: Readonly<Record<string, (value: string) => string>> = {
	pids: (value) => `pid in [${value}]`,
	comm: oneOf('comm'),
	'local-ports': (value) => `local_port in [${value}]`,
	'remote-ports': (value) => `remote_port in [${value}]`,
	'local-ips': (value) => `local_ip in [${value}]`,
	'remote-ips': (value) => `remote_ip in [${value}]`,
	side: (value) => `side == "${value}"`,
	latency: (value) => `latency >= ${value}ms`,
	'req-size': (value) => `req_size >= ${value}`,
	'resp-size': (value) => `resp_size >= ${value}`,
	method: oneOf('method'),
	host: oneOf('host'),
	path: oneOf('path'),
	'path-prefix': (value) => `path startswith "${value}"`,
	'path-regex': (value) => `path ~ "${value}"`,
};

const conditionOf = ({ name }: FlagItem): ((value: string) => string) | null =>
	Object.hasOwn(CONDITIONS, name.text) ? (CONDITIONS[name.text] ?? null) : null;

/** What stands behind a flag without `=`, as on the command line. */
const valueBehind = (item: Item | undefined): string | null => {
	if (item?.kind !== 'args') return null;
	const values = item.args.map(({ value }) => (value.kind === 'string' ? value.value : printExpr(value)));
	return values.join(',');
};

/** The mend for flags that belong to the command line, from `first` on, and where they stand; null for any other. */
export const conditionMend = (
	stage: Stage,
	first: FlagItem,
): { readonly label: string; readonly span: Span } | null => {
	if (conditionOf(first) === null) return null;
	const conditions: string[] = [];
	let { end } = first.span;
	for (let at = stage.items.indexOf(first); at < stage.items.length; at++) {
		const item = stage.items[at];
		const condition = item?.kind === 'flag' ? conditionOf(item) : null;
		if (item?.kind !== 'flag' || condition === null) break;
		const next = item.value === null ? stage.items[at + 1] : undefined;
		const behind = valueBehind(next);
		conditions.push(condition(item.value?.text ?? behind ?? '…'));
		end = behind === null || next === undefined ? item.span.end : next.span.end;
		if (behind !== null) at += 1;
	}
	const isSecond = stage.items.some(({ kind }) => kind === 'where');
	const label = `write \`where ${isSecond ? '… and ' : ''}${conditions.join(' and ')}\``;
	return { label, span: { start: first.span.start, end } };
};
