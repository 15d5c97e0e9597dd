import pc from 'picocolors';
import { nameOf, type TypeName } from '../exchange/type.ts';
import { wallClock } from '../exchange/wall-clock.ts';
import type { Row } from '../query/signal.ts';
import { cellText, isRightAligned } from './cell.ts';
import { fit, noRoom } from './fit.ts';
import { visible } from './sanitize.ts';
import type { SinkContext } from './sink.ts';
import { cellOf, clip, textWidth } from './text-width.ts';

/** Room that values of a type are going to need, so that columns seldom move: a latency of `301.2ms`, an IPv4 address. */
const TYPICAL_WIDTH: Partial<Record<TypeName, number>> = { time: 12, duration: 7, size: 7, int: 5, ip: 9 };

const GAP = '  ';

/**
 * Records as they come, one line each under a header, cheap enough for a fast stream. Columns grow with their widest
 * cell so far and never shrink: the whole table is not known before its end.
 */
export function recordLines({ printer, schema: { columns }, info }: SinkContext): (rows: readonly Row[]) => string {
	const clock = wallClock(info);
	const paint = pc.createColors(printer.color);
	const names = columns.map(({ name }) => visible(name));
	const right = columns.map(({ type }) => isRightAligned(type));
	const widest = columns.map(({ type }, i) => Math.max(textWidth(names[i]), TYPICAL_WIDTH[nameOf(type)] ?? 0));
	/** Which columns the last header lacked; null before the first. */
	let headed: string | null = null;
	const line = (cells: readonly string[], widths: readonly (number | null)[]): string =>
		widths
			.flatMap((width, i) => (width === null ? [] : cellOf(cells[i], width, right[i])))
			.join(GAP)
			.trimEnd();
	const leftOut = (missing: readonly string[]): string =>
		missing.length === 0 ? '' : `${paint.dim(clip(`… ${noRoom(missing, printer.width - 2)}`, printer.width))}\n`;
	return (rows) => {
		const texts = rows.map((row) => columns.map(({ get, type }) => cellText(get(row), type, clock)));
		for (const cells of texts) {
			for (const [i, cell] of cells.entries()) widest[i] = Math.max(widest[i], textWidth(cell));
		}
		const wishes = widest.map((width, i) => ({
			natural: width,
			compact: width,
			clippable: !right[i],
			key: columns[i].order ?? columns[i].key,
		}));
		const widths = fit(wishes, printer.width, GAP.length);
		const missing = names.filter((_, i) => widths[i] === null);
		const header = headed === `${missing}` ? '' : `${paint.bold(line(names, widths))}\n${leftOut(missing)}`;
		headed = `${missing}`;
		return header + texts.map((cells) => `${line(cells, widths)}\n`).join('');
	};
}
