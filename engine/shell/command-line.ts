import type { SourceText, Span } from '../../grammar/span.ts';

/** An argument and where it stands in the command line as a text, so that a diagnostic can point at it. */
export interface Word {
	readonly text: string;
	readonly span: Span;
}

/** The arguments in front of `--`, and those behind it: a command to run and watch. */
export interface CommandLine {
	readonly source: SourceText;
	readonly words: readonly Word[];
	/** Null when there is no `--`. */
	readonly command: readonly string[] | null;
}

export function commandLine(argv: readonly string[]): CommandLine {
	const dashes = argv.indexOf('--');
	const own = dashes === -1 ? argv : argv.slice(0, dashes);
	const words: Word[] = [];
	let at = 0;
	for (const text of own) {
		words.push({ text, span: { start: at, end: at + text.length } });
		at += text.length + 1;
	}
	return {
		source: { name: '<command line>', text: own.join(' ') },
		words,
		command: dashes === -1 ? null : argv.slice(dashes + 1),
	};
}
