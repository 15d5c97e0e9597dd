import { fstatSync } from 'node:fs';
import type { Program } from '../../grammar/ast.ts';
import type { SourceText } from '../../grammar/span.ts';
import { nearest } from '../../grammar/suggest.ts';
import type { Arguments } from './argv.ts';
import { CLASSIC_COMMANDS, classicProgram, isClassicCommand } from './classic.ts';
import { usage } from './exit.ts';
import { queryHint } from './query-hint.ts';
import { STDIN, scriptText } from './script-text.ts';

/** What the command line asks for: a text of the language, a tree that it was mapped to, the list of protocols, or the shell. */
export type Query =
	| { readonly kind: 'text'; readonly source: SourceText }
	| { readonly kind: 'tree'; readonly program: Program }
	| { readonly kind: 'protocols' }
	| { readonly kind: 'shell' };

/** What was meant, where words are those of a query, or the first one nearly that of a command; else empty. */
function hintFor(words: readonly string[]): string {
	const meant = nearest(words[0] ?? '', CLASSIC_COMMANDS);
	return queryHint(words) || (meant === null ? '' : `; did you mean the command \`${meant}\`?`);
}

/** Of a pipe `process.stdin` is not asked: that makes it non-blocking, and the query may be slow to come. */
const isTyped = (): boolean => fstatSync(STDIN).isCharacterDevice() && process.stdin.isTTY;

function readStdin(): SourceText {
	const source = scriptText(STDIN);
	if (source.text.trim() === '')
		throw usage("no query: give one as -e 'QUERY', a script or on standard input; see --help");
	return source;
}

/** Decides what is asked for, and reads the script. Throws Failure. */
export function queryOf({ line, words, general, classic }: Arguments): Query {
	const [first, second] = words;
	const text = general.get('execute');
	if (text !== undefined) {
		if (first !== undefined) throw usage(`unexpected '${first.text}' beside -e`);
		if (text.trim() === '') throw usage("-e needs a query: -e 'watch http | head 5'");
		return { kind: 'text', source: { name: '-e', text } };
	}
	if (first === undefined) return isTyped() ? { kind: 'shell' } : { kind: 'text', source: readStdin() };
	if (isClassicCommand(first.text)) {
		if (first.text === 'watch' && classic.some(({ name }) => name === 'list')) return { kind: 'protocols' };
		return { kind: 'tree', program: classicProgram(line, words, classic, general.has('print-query')) };
	}
	if (second !== undefined) {
		const hint = hintFor(words.map(({ text }) => text));
		throw usage(`unexpected '${second.text}' behind the script '${first.text}'${hint}`);
	}
	return {
		kind: 'text',
		source: first.text === '-' ? readStdin() : scriptText(first.text, () => hintFor([first.text])),
	};
}
