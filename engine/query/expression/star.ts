import { printExpr } from '../../../grammar/print.ts';
import type { Problems } from '../problems.ts';
import type { Ir } from './ir.ts';

/** Fields in which a star is that of a shell: no path, host or name of a program has one. */
const STARLESS: ReadonlySet<string> = new Set([
	'path',
	'route',
	'url',
	'host',
	'comm',
	'exe',
	'exe_name',
	'remote_comm',
]);

/** Warns of `path == "/api/*"`, and of such a text in a list. */
export function warnOfStar(subject: Ir, value: Ir, problems: Problems): void {
	if (subject.kind !== 'field' || !STARLESS.has(subject.field.name)) return;
	if (value.kind !== 'constant' || typeof value.value !== 'string') return;
	// The path of `OPTIONS *` is a star alone.
	if (!value.value.includes('*') || value.value === '*') return;
	const pattern = JSON.stringify(value.value.replace(/[%_\\]/g, '\\$&').replace(/\*+/g, '%'));
	problems.warning('CIQ408', value.node, 'texts are compared whole, and the star is a star', {
		label: `write \`${printExpr(subject.node)} like ${pattern}\``,
	});
}
