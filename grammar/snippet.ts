import stringWidth from 'string-width';
import type { SourceText, Span } from './span.ts';
import { visible } from './visible.ts';

const TAB_WIDTH = 4;
const CUT = '…';
/** Columns kept to the left of what is pointed at when a line is cut. */
const CONTEXT = 20;

export interface Position {
	/** From 1, as editors count. */
	readonly line: number;
	/** From 1, in characters. */
	readonly column: number;
}

const startOfLine = (text: string, offset: number): number => text.lastIndexOf('\n', offset - 1) + 1;

function endOfLine(text: string, offset: number): number {
	const newline = text.indexOf('\n', offset);
	return newline === -1 ? text.length : newline;
}

export function positionOf({ text }: SourceText, offset: number): Position {
	const start = startOfLine(text, offset);
	let line = 1;
	for (let at = text.indexOf('\n'); at !== -1 && at < start; at = text.indexOf('\n', at + 1)) line += 1;
	return { line, column: [...text.slice(start, offset)].length + 1 };
}

/** One line of a source as it is shown, and where things stand in it. */
export interface Snippet {
	readonly text: string;
	/** First column and number of columns of a span, at least one, as far as it is shown. */
	readonly columnsOf: (span: Span) => { readonly start: number; readonly width: number };
}

interface Cell {
	readonly text: string;
	readonly offset: number;
	readonly column: number;
	readonly width: number;
}

const isAscii = (character: string): boolean => character >= ' ' && character <= '~';

/** Takes a part of the text apart into what is shown: tabs as blanks, no control character as it stands. */
function cellsOf(text: string, start: number, end: number): Cell[] {
	const cells: Cell[] = [];
	let offset = start;
	let column = 0;
	for (const character of text.slice(start, end).replace(/\r$/, '')) {
		const shown = character === '\t' ? ' '.repeat(TAB_WIDTH - (column % TAB_WIDTH)) : visible(character);
		const width = isAscii(character) ? 1 : stringWidth(shown);
		cells.push({ text: shown, offset, column, width });
		offset += character.length;
		column += width;
	}
	return cells;
}

/** The first column to show so that the span stands in `room` columns. */
function firstColumn(start: number, end: number, total: number, room: number): number {
	if (total <= room || end < room) return 0;
	return Math.max(1, Math.min(start - CONTEXT, total - room + 1));
}

/** The line of `text` that holds the start of `focus`, cut to `room` columns around it. */
export function snippetOf(text: string, focus: Span, room: number): Snippet {
	// No more of a line is looked at than can be shown: it may be a megabyte long.
	const lineStart = startOfLine(text, focus.start);
	const lineEnd = endOfLine(text, focus.start);
	const from = Math.max(lineStart, focus.start - room);
	const to = Math.min(lineEnd, focus.start + 2 * room);
	const cells = cellsOf(text, from, to);
	const last = cells.at(-1);
	const total = last === undefined ? 0 : last.column + last.width;
	const columnAt = (offset: number): number => cells.find((cell) => cell.offset >= offset)?.column ?? total;
	const first = firstColumn(columnAt(focus.start), columnAt(focus.end), total, room);
	const cutsStart = first > 0 || from > lineStart;
	const cutsEnd = total - first > room || to < lineEnd;
	const left = first + (cutsStart ? 1 : 0);
	const right = Math.min(total, first + room - (cutsEnd ? 1 : 0));
	const shown = cells.filter(({ column, width }) => column >= left && column + width <= right);
	const clamp = (column: number): number => Math.min(Math.max(column, left), right) - first;
	return {
		text: (cutsStart ? CUT : '') + shown.map((cell) => cell.text).join('') + (cutsEnd ? CUT : ''),
		columnsOf: (span) => {
			const start = clamp(columnAt(span.start));
			return { start, width: Math.max(1, clamp(columnAt(Math.min(span.end, lineEnd))) - start) };
		},
	};
}
