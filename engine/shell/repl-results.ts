import { wallClock } from '../exchange/wall-clock.ts';
import { detailText, endsOf } from '../output/detail/detail.ts';
import { partnerOf } from '../output/detail/ends-joiner.ts';
import { recordText } from '../output/detail/record.ts';
import { type DetailStyle, takesUnicode } from '../output/detail/style.ts';
import { MAX_PRINT_BYTES } from '../output/sink.ts';
import { count } from '../output/units.ts';
import { exchangeOf } from '../query/rows.ts';
import type { Row } from '../query/signal.ts';
import { LAST } from '../query/views/imply-last.ts';
import type { Console } from './console.ts';
import { usage } from './exit.ts';
import type { KeptResult, KeptResults } from './kept-results.ts';

/* The commands that look at the last result. All throw Failure with the mend. */

export function lastOf(kept: KeptResults): KeptResult {
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

/** Gives the last result a name of its own. */
export function keepResult(kept: KeptResults, name: string): string {
	if (!/^[A-Za-z_]\w*$/.test(name) || name === LAST)
		throw usage('.keep NAME: a name of letters and digits, for `from NAME`');
	kept.set(name, lastOf(kept));
	return `kept: go on with \`from ${name} | …\``;
}
