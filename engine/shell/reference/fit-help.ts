import type { Printer } from '../../output/printer.ts';

/** With less room beside a name its text goes below it. */
const LEAST_ROOM = 20;
const BELOW = 4;

/** `NAME   what it does`, also with a type between them. */
const ROW = /^(.*\S {2,})(\S.*)$/;
/** A margin: what stands behind it is a query, unless it is nothing but names. */
const MARGIN = /^ {2}/;
const NAMES = /^ {2}[\w ]+$/;

/** Its words in lines that end before that column, the further ones behind a margin. */
function wrap(text: string, width: number, first: string, margin: string): string {
	const lines: string[] = [];
	let line = first;
	let isEmpty = true;
	for (const word of text.split(' ')) {
		if (!isEmpty && line.length + 1 + word.length > width) {
			lines.push(line);
			line = margin;
			isEmpty = true;
		}
		line += isEmpty ? word : ` ${word}`;
		isEmpty = false;
	}
	return [...lines, line].join('\n');
}

function fitLine(line: string, width: number): string {
	if (line.length <= width) return line;
	const [, before, words] = ROW.exec(line) ?? [];
	if (before !== undefined && words !== undefined) {
		if (width - before.length >= LEAST_ROOM) return wrap(words, width, before, ' '.repeat(before.length));
		const below = ' '.repeat(BELOW);
		const names = wrap(before.trim().replaceAll(/ {2,}/g, ' '), width, '  ', below);
		return `${names}\n${wrap(words, width, below, below)}`;
	}
	if (NAMES.test(line)) return wrap(line.trimStart(), width, '  ', '  ');
	// A query that somebody copies has to stay one line.
	return MARGIN.test(line) ? line : wrap(line, width, '', '');
}

/** What is printed as help: on a terminal no word goes over its edge. */
export const fitHelp = (text: string, { terminal, width }: Pick<Printer, 'terminal' | 'width'>): string =>
	terminal
		? text
				.split('\n')
				.map((line) => fitLine(line, width))
				.join('\n')
		: text;
