import type { Printer } from '../../engine/output/printer.ts';

/** A printer that keeps what it is given, for tests. */
export interface Paper extends Printer {
	/** Each print, and each change of the live lines behind `live: `. */
	readonly written: string[];
}

export function paper(options: Partial<Pick<Printer, 'width' | 'height' | 'terminal' | 'color'>> = {}): Paper {
	const written: string[] = [];
	return {
		width: 80,
		height: 24,
		terminal: true,
		color: false,
		...options,
		written,
		print: (text) => void written.push(text),
		live: (_owner, text) => void written.push(`live: ${text}`),
		status: (line) => void written.push(`status: ${line}`),
		close: () => {},
	};
}
