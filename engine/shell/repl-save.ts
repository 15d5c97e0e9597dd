import { extname } from 'node:path';
import type { FileSource } from '../capture/file-source.ts';
import { newCompleteness } from '../completeness.ts';
import { filePrinter } from '../output/file-printer.ts';
import { losses } from '../output/loss.ts';
import { FORMATS } from '../output/registry.ts';
import type { Format } from '../output/sink.ts';
import { count, counted } from '../output/units.ts';
import { findOutputFormat } from '../query/formats.ts';
import { exchangeOf } from '../query/rows.ts';
import { Exit, Failure, usage } from './exit.ts';
import { sudoOwner } from './invoker.ts';
import { flowOf, type KeptResult, type KeptResults, signalOf } from './kept-results.ts';
import { filesOf, isRead } from './refuse-own-input.ts';
import { lastOf } from './repl-results.ts';

const ENDINGS = (): string => FORMATS.flatMap(({ endings }) => endings).join(', ');

/** Messages of whose bodies only the beginning was kept: more than a person sees is taken when it is asked for. */
const clipped = ({ rows }: KeptResult): number =>
	rows
		.map(exchangeOf)
		.flatMap(({ request, response }) => [request, response])
		.filter((message) => message?.clipped === true).length;

/** As the checker does of `to`: a file that says less than the result, or nothing, is worse than none. Throws Failure. */
function refuseFormat(last: KeptResult, { name }: Format, path: string): void {
	const { plan } = last;
	const format = findOutputFormat(name);
	const lack = format?.lack?.(flowOf(plan)) ?? null;
	if (lack !== null) throw usage(`${lack.message}: ${lack.mend}`);
	if (!plan.schema.exchanges || format?.needs?.includes('body') !== true) return;
	const bodies = clipped(last);
	if (bodies > 0)
		throw new Failure(
			Exit.failed,
			`the last result does not hold all of ${bodies === 1 ? 'a body' : `${count(bodies)} bodies`}; ask for it in one query, with \`| to ${name} "${path}"\``,
		);
}

/** Writes the last result into a file, in the format that its ending says; gives what was written, in words. */
export async function saveResult(kept: KeptResults, path: string, from: FileSource | null): Promise<string> {
	const last = lastOf(kept);
	const { info, plan, rows, leftOut } = last;
	const ending = extname(path).slice(1).toLowerCase();
	const format = FORMATS.find(({ endings }) => endings.includes(ending));
	if (format === undefined) throw usage(`.save FILE: the ending says the format, one of ${ENDINGS()}`);
	refuseFormat(last, format, path);
	if (isRead([...(from === null ? [] : [from]), ...filesOf(plan)], path))
		throw usage(`'${path}' is read by the shell and would be written by .save: write to another file`);
	const makeSink = await format.load();
	const printer = filePrinter(path, { append: false, owner: sudoOwner(), whole: format.whole ?? false });
	const completeness = newCompleteness();
	let failed = true;
	try {
		const sink = makeSink({ printer, schema: plan.schema, info, completeness });
		sink.take(signalOf(last));
		sink.end();
		failed = false;
	} finally {
		printer.close(failed);
	}
	const missing = leftOut === 0 ? '' : `; ${count(leftOut)} more found no room to be kept`;
	const lost = losses(completeness).map((words) => `; lost: ${words}`);
	return `${counted(rows.length, 'row')} written as ${format.name}${missing}${lost.join('')}`;
}
