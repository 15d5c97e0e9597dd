import pc from 'picocolors';
import { wallClock } from '../exchange/wall-clock.ts';
import type { Signal } from '../query/signal.ts';
import { recordLines } from './lines.ts';
import type { MakeSink } from './sink.ts';
import { renderTable } from './table.ts';

/** Lines of a screen that a table in place leaves: its header of up to three, a rule, a note, the status, the cursor, one above. */
const LINES_AROUND = 8;

/** The title of a window's table tells its time; these columns would only repeat it in each row. */
const WINDOW_COLUMNS: ReadonlySet<string> = new Set(['window_start', 'window_end']);

/** Records as lines; tables as tables: one per window, scrolling, or one that is drawn again in its place. */
export const tableSink: MakeSink = (context) => {
	const { printer, schema, info } = context;
	const clock = wallClock(info);
	const lines = recordLines(context);
	const table = ({ rows, window }: Signal & { kind: 'table' }, maxRows: number): string => {
		const columns = schema.columns.filter(
			({ name, get, ofSome }) =>
				!(window !== null && WINDOW_COLUMNS.has(name)) && !(ofSome && rows.every((row) => get(row) === null)),
		);
		return renderTable(columns, rows, { width: printer.width, maxRows, color: printer.color, clock });
	};
	const inPlace = {};
	return {
		take: (signal) => {
			if (signal.kind === 'time') return;
			if (signal.kind === 'rows') {
				if (signal.rows.length > 0) printer.print(lines(signal.rows));
			} else if (!signal.final) {
				printer.live(inPlace, table(signal, Math.max(1, printer.height - LINES_AROUND)));
			} else if (signal.window === null) {
				printer.live(inPlace, '');
				printer.print(table(signal, Number.POSITIVE_INFINITY));
			} else if (signal.rows.length > 0) {
				const { start, end } = signal.window;
				const title = pc.createColors(printer.color).cyan(`${clock.timeOfDay(start)} – ${clock.timeOfDay(end)}`);
				printer.print(`${title}\n${table(signal, Number.POSITIVE_INFINITY)}\n`);
			}
		},
		end: () => printer.live(inPlace, ''),
	};
};
