import { extname } from 'node:path';
import { wallClock } from '../output/clock.ts';
import { detailText, endsOf } from '../output/detail/detail.ts';
import { partnerOf } from '../output/detail/ends-joiner.ts';
import { recordText } from '../output/detail/record.ts';
import { type DetailStyle, takesUnicode } from '../output/detail/style.ts';
import { filePrinter } from '../output/plain.ts';
import { FORMATS } from '../output/registry.ts';
import { MAX_PRINT_BYTES } from '../output/sink.ts';
import { count, counted } from '../output/units.ts';
import { exchangeOf } from '../query/rows.ts';
import type { Row } from '../query/signal.ts';
import { LAST } from '../query/views/imply-last.ts';
import type { Console } from './console.ts';
import { usage } from './exit.ts';
import { sudoOwner } from './invoker.ts';
import { type KeptResult, type KeptResults, signalOf } from './kept-results.ts';

/* The commands that look at the last result. All throw Failure with the mend. */

function lastOf(kept: KeptResults): KeptResult {
	const last = kept.get(LAST);
	if (last === undefined) throw usage('there is no result yet: run a query first');
	return last;
}

/** The text of row `about` (1 is the first) in full. */
export function showRow(kept: KeptResults, about: string, console: Console, maxPrintBytes: number | null): string {
	const { info, plan, rows } = lastOf(kept);
	const number = about === '' ? 1 : Number(about);
	if (rows.length === 0) throw usage('the last result has no rows');
	const row: Row | undefined = Number.isInteger(number) ? rows[number - 1] : undefined;
	if (row === undefined) throw usage(`.show takes the number of a row of the last result: 1 to ${count(rows.length)}`);
	const { width, color } = console.out;
	const style: DetailStyle = {
		width,
		color,
		unicode: takesUnicode(process.env),
		maxPrintBytes: maxPrintBytes ?? MAX_PRINT_BYTES,
		clock: wallClock(info),
	};
	if (!plan.schema.exchanges) return recordText(plan.schema.columns, row, style);
	const exchange = exchangeOf(row);
	return detailText(endsOf(exchange, partnerOf(exchange, rows.map(exchangeOf))), style);
}

const ENDINGS = (): string => FORMATS.flatMap(({ endings }) => endings).join(', ');

/** Writes the last result into a file, in the format that its ending says; gives what was written, in words. */
export async function saveResult(kept: KeptResults, path: string): Promise<string> {
	const last = lastOf(kept);
	const { info, plan, rows, leftOut } = last;
	const ending = extname(path).slice(1).toLowerCase();
	const format = FORMATS.find(({ endings }) => endings.includes(ending));
	if (format === undefined) throw usage(`.save FILE: the ending says the format, one of ${ENDINGS()}`);
	const makeSink = await format.load();
	const printer = filePrinter(path, { append: false, owner: sudoOwner() });
	try {
		const sink = makeSink({ printer, schema: plan.schema, info });
		sink.take(signalOf(last));
		sink.end();
	} finally {
		printer.close();
	}
	const missing = leftOut === 0 ? '' : `; ${count(leftOut)} more found no room to be kept`;
	return `${counted(rows.length, 'row')} written as ${format.name}${missing}`;
}

/** Gives the last result a name of its own. */
export function keepResult(kept: KeptResults, name: string): string {
	if (!/^[A-Za-z_]\w*$/.test(name) || name === LAST)
		throw usage('.keep NAME: a name of letters and digits, for `from NAME`');
	kept.set(name, lastOf(kept));
	return `kept: go on with \`from ${name} | …\``;
}
