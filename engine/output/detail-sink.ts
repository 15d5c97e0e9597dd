import type { Exchange } from '../exchange/exchange.ts';
import { wallClock } from '../exchange/wall-clock.ts';
import { detailText } from './detail/detail.ts';
import { EndsJoiner, joinEnds } from './detail/ends-joiner.ts';
import { recordText } from './detail/record.ts';
import { type DetailStyle, takesUnicode } from './detail/style.ts';
import type { Ends } from './detail/way.ts';
import { finalRows } from './rows.ts';
import { MAX_PRINT_BYTES, type MakeSink } from './sink.ts';

/** Each exchange in full, with its way through the kernel at both ends where both were seen; other rows column by column. */
export const detailSink: MakeSink = ({ printer, schema, info, maxPrintBytes }) => {
	const unicode = takesUnicode(process.env);
	const style = (): DetailStyle => ({
		width: printer.width,
		color: printer.color,
		unicode,
		maxPrintBytes: maxPrintBytes ?? MAX_PRINT_BYTES,
		clock: wallClock(info),
	});
	const joiner = new EndsJoiner();
	let begun = false;
	const print = (texts: readonly string[]): void => {
		if (texts.length === 0) return;
		printer.print(`${begun ? '\n' : ''}${texts.join('\n')}`);
		begun = true;
	};
	const draw = (found: readonly Ends[]): void => print(found.map((ends) => detailText(ends, style())));
	return {
		take: (signal) => {
			// The schema says that rows are whole exchanges: the type of a row cannot.
			const rows = finalRows(signal);
			if (!schema.exchanges) print(rows.map((row) => recordText(schema.columns, row, style())));
			else if (signal.kind === 'time') draw(joiner.until(signal.now));
			else if (signal.kind === 'table') draw(joinEnds(rows as readonly Exchange[]));
			else draw(rows.flatMap((row) => joiner.take(row as Exchange)));
		},
		end: () => draw(joiner.end()),
	};
};
