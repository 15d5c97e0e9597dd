import type { Printer } from './printer.ts';
import { writeAll } from './write-all.ts';

/** What of a terminal is needed: process.stdout has it. */
export interface Terminal {
	readonly columns?: number;
	readonly rows?: number;
}

/** ECMA-48: up by n lines and to column 1; erase from there to the end of the screen. */
const upAndErase = (lines: number): string => `${lines > 0 ? `\x1b[${lines}F` : '\r'}\x1b[J`;

/**
 * A terminal: permanent lines scroll, live lines stay below them and are drawn again in place. Live lines never fill the
 * screen, because what has scrolled away cannot be erased.
 */
export function screenPrinter(fd: number, terminal: Terminal, color: boolean): Printer {
	const parts = new Map<object, string>();
	let status = '';
	let drawn = 0;
	const erase = (): string => (drawn > 0 ? upAndErase(drawn) : '');
	const write = (text: string): void => writeAll(fd, Buffer.from(text), 'the terminal');
	const liveLines = (height: number): string => {
		const lines = [...parts.values()].flatMap((text) => text.replace(/\n$/, '').split('\n'));
		if (status !== '') lines.push(status);
		const shown = lines.slice(-(height - 1));
		drawn = shown.length;
		return shown.length === 0 ? '' : `${shown.join('\n')}\n`;
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
			drawn = 0;
		},
	};
	return screen;
}
