import CliTable from 'cli-table3';
import pc from 'picocolors';
import type { WallClock } from '../exchange/wall-clock.ts';
import type { Column, Row } from '../query/signal.ts';
import { cellText, isRightAligned } from './cell.ts';
import { type ColumnWish, fit, noRoom } from './fit.ts';
import { visible } from './sanitize.ts';
import { cellOf, clip, textWidth } from './text-width.ts';
import { counted } from './units.ts';

/** cli-table3 takes about 30 us for a cell: more rows than these would stand for seconds, and nobody reads them. */
const MAX_ROWS = 1000;

const GAP = '  ';

/** Only a rule below the header: vertical lines would cost two columns of every 80 for each cell. */
const CHARS = {
	top: '',
	'top-mid': '',
	'top-left': '',
	'top-right': '',
	bottom: '',
	'bottom-mid': '',
	'bottom-left': '',
	'bottom-right': '',
	left: '',
	'left-mid': '',
	mid: '─',
	'mid-mid': '─'.repeat(GAP.length),
	right: '',
	'right-mid': '',
	middle: GAP,
};

export interface TableOptions {
	readonly width: number;
	/** Rows beyond are counted in a line of words. */
	readonly maxRows: number;
	readonly color: boolean;
	readonly clock: WallClock;
}

const headerWords = (name: string): string[] => name.split(/(?<=_)(?=.)/);

/** The header in lines of that width: `p99_latency` breaks after its underscore. */
function headerLines(name: string, width: number): string {
	const lines: string[] = [];
	for (const word of headerWords(name)) {
		const last = lines.at(-1);
		if (last !== undefined && textWidth(last + word) <= width) lines[lines.length - 1] = last + word;
		else lines.push(clip(word, width));
	}
	return lines.join('\n');
}

function wish(name: string, cells: readonly string[], right: boolean): ColumnWish {
	const widest = cells.reduce((width, cell) => Math.max(width, textWidth(cell)), 1);
	const words = headerWords(name).map(textWidth);
	return {
		natural: Math.max(widest, textWidth(name)),
		compact: Math.max(widest, ...words),
		clippable: !right,
	};
}

/** What the table does not show, in words; null when it shows all. */
function leftOut(columns: readonly string[], rows: number, width: number): string | null {
	const parts: string[] = [];
	if (rows > 0) parts.push(`${counted(rows, 'more row')} (\`head\` or \`to csv\`)`);
	if (columns.length > 0) parts.push(noRoom(columns, width - textWidth(`… ${[...parts, ''].join('; ')}`)));
	return parts.length === 0 ? null : `… ${parts.join('; ')}`;
}

/** Whether a key tells nothing in these rows that one to the left does not: of a connection the client's port is one of both. */
const repeats = (cells: readonly (readonly string[])[], at: number, keys: readonly number[]): boolean => {
	const before = keys.filter((key) => key < at);
	return before.length > 0 && cells[at].every((cell, row) => before.some((key) => cells[key][row] === cell));
};

/** The rows as a table that is no wider than `width`, in lines with a newline behind each. */
export function renderTable(columns: readonly Column[], rows: readonly Row[], options: TableOptions): string {
	const { width, color, clock } = options;
	const paint = pc.createColors(color);
	const shownRows = rows.slice(0, Math.min(options.maxRows, MAX_ROWS));
	const names = columns.map(({ name }) => visible(name));
	const right = columns.map(({ type }) => isRightAligned(type));
	const cells = columns.map(({ get, type }) => shownRows.map((row) => cellText(get(row), type, clock)));
	const keys = [...columns.keys()].filter((i) => columns[i].key === true);
	const wishes = names.map((name, i) => ({
		...wish(name, cells[i], right[i]),
		key: columns[i].order ?? (columns[i].key === true && !repeats(cells, i, keys)),
	}));
	const fitted = fit(wishes, width, GAP.length);
	const shown = fitted.flatMap((columnWidth, at) => (columnWidth === null ? [] : { at, width: columnWidth }));
	const table = new CliTable({
		head: shown.map((column) => paint.bold(headerLines(names[column.at], column.width))),
		chars: CHARS,
		colWidths: shown.map((column) => column.width),
		colAligns: shown.map(({ at }) => (right[at] ? 'right' : 'left')),
		style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0, compact: true },
	});
	for (const i of shownRows.keys())
		table.push(shown.map((column) => cellOf(cells[column.at][i], column.width, right[column.at])));
	if (rows.length === 0) return `${table.toString().trimEnd()}\n${paint.dim('(no rows)')}\n`;
	const note = leftOut(
		names.filter((_, i) => fitted[i] === null),
		rows.length - shownRows.length,
		width,
	);
	const lines = table.toString().replace(/ +$/gm, '');
	return `${lines}\n${note === null ? '' : `${paint.dim(clip(note, width))}\n`}`;
}
