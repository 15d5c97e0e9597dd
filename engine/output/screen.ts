import { stripVTControlCharacters } from 'node:util';
import type { Printer } from './printer.ts';
import { writeAll } from './write-all.ts';

/** What of a terminal is needed: process.stdout has it. */
export interface Terminal {
	readonly columns?: number;
	readonly rows?: number;
}

/**
 * The line of the cursor, and one above: tmux keeps what is erased from the first line of the screen on as scrolled away, and
 * each drawing would stand there once more.
 */
const LINES_FREE = 2;

/** ECMA-48: up by n lines and to column 1; erase from there to the end of the screen. */
const upAndErase = (lines: number): string => `${lines > 0 ? `\x1b[${lines}F` : '\r'}\x1b[J`;

/**
 * A terminal: permanent lines scroll, live lines stay below them and are drawn again in place. Live lines never fill the
 * screen, because what has scrolled away cannot be erased.
 */
export function screenPrinter(fd: number, terminal: Terminal, color: boolean): Printer {
	const parts = new Map<object, string>();
	let status = '';
	let drawn: readonly string[] = [];
	let drawnWidth = 0;
	/** A terminal that has become narrower has folded what was drawn, as most do. */
	const height = (line: string): number => Math.max(1, Math.ceil(stripVTControlCharacters(line).length / screen.width));
	const rows = (): number =>
		screen.width < drawnWidth ? drawn.reduce((sum, line) => sum + height(line), 0) : drawn.length;
	const erase = (): string => (drawn.length > 0 ? upAndErase(rows()) : '');
	const write = (text: string): void => writeAll(fd, Buffer.from(text), 'the terminal');
	const liveLines = (height: number): string => {
		const lines = [...parts.values()].flatMap((text) => text.replace(/\n$/, '').split('\n'));
		if (status !== '') lines.push(status);
		drawn = lines.slice(-Math.max(1, height - LINES_FREE));
		drawnWidth = screen.width;
		return drawn.length === 0 ? '' : `${drawn.join('\n')}\n`;
	};
	const screen: Printer = {
		terminal: true,
		color,
		get width() {
			return terminal.columns || 80;
		},
		get height() {
			return terminal.rows || 24;
		},
		print: (text) => write(erase() + text + liveLines(screen.height)),
		live: (owner, text) => {
			if (text === '' ? !parts.delete(owner) : parts.get(owner) === text) return;
			if (text !== '') parts.set(owner, text);
			write(erase() + liveLines(screen.height));
		},
		status: (line) => {
			if (line === status) return;
			status = line;
			write(erase() + liveLines(screen.height));
		},
		close: () => {
			parts.clear();
			status = '';
			write(erase());
			drawn = [];
		},
	};
	return screen;
}
