import type { Printer } from '../../output/printer.ts';
import { wrap } from '../../output/wrap.ts';

/** With less room beside a name its text goes below it. */
const LEAST_ROOM = 20;
const BELOW = 4;

/** `NAME   what it does`, also with a type between them. */
const ROW = /^(.*\S {2,})(\S.*)$/;
/** A margin: what stands behind it is a query, unless it is nothing but names. */
const MARGIN = /^ {2}/;
const NAMES = /^ {2}[\w ]+$/;

function fitLine(line: string, width: number): readonly string[] {
	if (line.length <= width) return [line];
	const [, before, words] = ROW.exec(line) ?? [];
	if (before !== undefined && words !== undefined) {
		if (width - before.length >= LEAST_ROOM) return wrap(words, width, before, ' '.repeat(before.length));
		const below = ' '.repeat(BELOW);
		const names = wrap(before.trim().replaceAll(/ {2,}/g, ' '), width, '  ', below);
		return [...names, ...wrap(words, width, below, below)];
	}
	if (NAMES.test(line)) return wrap(line.trimStart(), width, '  ', '  ');
	// A query that somebody copies has to stay one line.
	return MARGIN.test(line) ? [line] : wrap(line, width);
}

/** What is printed as help: on a terminal no word goes over its edge. */
export const fitHelp = (text: string, { terminal, width }: Pick<Printer, 'terminal' | 'width'>): string =>
	terminal
		? text
				.split('\n')
				.flatMap((line) => fitLine(line, width))
				.join('\n')
		: text;
