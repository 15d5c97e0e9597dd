import { nearest } from '../../grammar/suggest.ts';
import type { ScopeClause } from '../capture/demand.ts';
import { type GivenFlag, isClassicCommand } from './classic.ts';
import { classicFlag } from './classic-flags.ts';
import { type CommandLine, commandLine, type Word } from './command-line.ts';
import { usage } from './exit.ts';
import type { Flag } from './flag.ts';
import { ALL_FLAGS, type GeneralFlag, isGeneral } from './flags.ts';
import { queryHint } from './query-hint.ts';

/** The command line taken apart; what it asks for is not decided yet. */
export interface Arguments {
	readonly line: CommandLine;
	/** What is no flag and no value of one. */
	readonly words: readonly Word[];
	readonly general: ReadonlyMap<GeneralFlag, string>;
	/** Those that may be given several times. */
	readonly repeated: ReadonlyMap<GeneralFlag, readonly string[]>;
	readonly classic: readonly GivenFlag[];
	/** `--name=value` of names that are no flags: parameters of a script. */
	readonly params: ReadonlyMap<string, string>;
}

/** Parameters have names in all letters. */
const FLAG = /^--?([\p{L}_][\p{L}\p{M}\p{N}_-]*)(?:=([\s\S]*))?$/u;

function flagNamed(word: string, name: string): Flag | undefined {
	const long = word.startsWith('--');
	return ALL_FLAGS.find((flag) => (long ? flag.name === name : flag.short === name));
}

/** What fingers type that are used to tcpdump, strace and others. */
const HABITS: ReadonlyMap<string, string> = new Map([
	['-r', 'from'],
	['-w', 'record'],
	['-p', 'pids'],
	['-f', 'format'],
	['-q', 'execute'],
	['-c', 'execute'],
	['--json', 'format'],
	['--csv', 'format'],
	['-v', 'version'],
	['-V', 'version'],
	['--port', 'local-ports'],
	['--ports', 'local-ports'],
	['--ip', 'remote-ips'],
	['--process', 'comm'],
	['--file', 'from'],
	['--output-format', 'format'],
]);

/** "unknown flag", with what was probably meant, and what it may be besides; `more` are the parameters of the script. */
export function unknownFlag(word: string, more: readonly string[], besides: string | null = null): Error {
	const name = FLAG.exec(word)?.[1] ?? word;
	const meant = HABITS.get(word) ?? nearest(name, [...more, ...ALL_FLAGS.map((flag) => flag.name)]);
	if (meant !== null)
		return usage(`unknown flag ${word}: did you mean --${meant}?${besides === null ? '' : ` (${besides})`}`);
	const taken = more.map((one) => `--${one}`).join(', ');
	return usage(`unknown flag ${word}; ${taken === '' ? (besides ?? 'see --help') : `the script takes ${taken}`}`);
}

/** A word that is a flag: `written` is what stands in front of `=`, `behind` what follows it. */
interface FlagWord {
	readonly word: Word;
	readonly name: string;
	readonly written: string;
	readonly behind: string | undefined;
}

function flagWord(word: Word): FlagWord | null {
	const match = FLAG.exec(word.text);
	if (match === null) return null;
	const [, name, behind] = match;
	const written = behind === undefined ? word.text : word.text.slice(0, -behind.length - 1);
	return { word, name, written, behind };
}

/** The value of a flag: behind its `=`, else the next word. That of a switch is its own word. */
function takeValue({ word, written, behind }: FlagWord, { value }: Flag, rest: Iterator<Word>): Word {
	if (value === undefined) {
		if (behind !== undefined) throw usage(`${written} takes no value`);
		return word;
	}
	if (behind !== undefined) return { text: behind, span: { ...word.span, start: word.span.end - behind.length } };
	const next = rest.next();
	const known = next.done ? null : flagWord(next.value);
	// A flag that eats the next one would do something else than was asked for, such as capture everything.
	if (next.done || (known !== null && flagNamed(next.value.text, known.name) !== undefined)) {
		throw usage(`${written} needs a value: ${written} ${value}`);
	}
	return next.value;
}

/** Where the first word stands that is neither a flag nor the value of one; behind the last where there is none. */
export function firstWordAt(argv: readonly string[]): number {
	let at = 0;
	for (; at < argv.length; at++) {
		const [, name, behind] = FLAG.exec(argv[at]) ?? [];
		if (name === undefined) break;
		if (behind === undefined && flagNamed(argv[at], name)?.value !== undefined) at++;
	}
	return at;
}

/** Whether there is a flag of that name, without its dashes. */
export const isFlag = (name: string): boolean => flagNamed('--', name) !== undefined;

/** The first word, and the names in `--name=value` behind it. */
export function behindScript(argv: readonly string[]): {
	readonly script: string | undefined;
	readonly assigned: readonly string[];
} {
	const [script, ...rest] = argv.slice(firstWordAt(argv));
	const { words } = commandLine(rest);
	return { script, assigned: words.flatMap((word) => assignedName(word) ?? []) };
}

/** The name in `--name=value`; null where it is something else. */
function assignedName(word: Word): string | null {
	const given = flagWord(word);
	return given === null || given.behind === undefined || !word.text.startsWith('--') ? null : given.name;
}

/**
 * Takes argv (without node and the program) apart; `own` are parameters of the script, which behind its name are no flags.
 * Throws Failure for unknown flags and missing values.
 */
export function parseArguments(argv: readonly string[], own: ReadonlySet<string> = new Set()): Arguments {
	const line = commandLine(argv);
	const words: Word[] = [];
	const general = new Map<GeneralFlag, string>();
	const repeated = new Map<GeneralFlag, string[]>();
	const classic: GivenFlag[] = [];
	const params = new Map<string, string>();
	const rest = line.words[Symbol.iterator]();
	for (const word of rest) {
		const given = flagWord(word);
		if (given === null) {
			words.push(word);
			continue;
		}
		const { name, written, behind } = given;
		const isOwn = words.length > 0 && own.has(name) && assignedName(word) !== null;
		const flag = isOwn ? undefined : flagNamed(word.text, name);
		if (flag === undefined) {
			if (behind === undefined || !word.text.startsWith('--')) {
				const hint = words.length === 0 ? '' : queryHint(line.words.map(({ text }) => text));
				const runsScript = general.has('execute') || (words[0] !== undefined && !isClassicCommand(words[0].text));
				const mend = runsScript && word.text.startsWith('--') ? `a parameter is given as ${written}=…` : null;
				throw hint === '' ? unknownFlag(written, [], mend) : usage(`unknown flag ${written}${hint}`);
			}
			params.set(name, behind);
		} else if (isGeneral(flag.name)) {
			const { text } = takeValue(given, flag, rest);
			if (flag.repeats) {
				repeated.set(flag.name, [...(repeated.get(flag.name) ?? []), text]);
				continue;
			}
			if (general.has(flag.name)) throw usage(`${written} is given twice`);
			general.set(flag.name, text);
		} else {
			if (classic.some((other) => other.name === flag.name)) {
				throw usage(
					`${written} is given twice${flag.value?.endsWith(',…') ? ': write several values with commas' : ''}`,
				);
			}
			classic.push({ name: flag.name, flag: written, value: takeValue(given, flag, rest) });
		}
	}
	return { line, words, general, repeated, classic, params };
}

/** What flags restrict a query of words, or a session, to; null without any. Throws Failure for those that cannot. */
export function scopeOf(given: readonly GivenFlag[]): ScopeClause | null {
	if (given.length === 0) return null;
	const clauses = given.map((flag) => {
		const known = classicFlag(flag.name);
		if (known?.missing) throw usage(`${flag.flag} is not yet supported`);
		const scope = known?.scope?.(flag);
		if (scope === undefined)
			throw usage(`${flag.flag} belongs to the classic forms \`watch\` and \`stat\`: in a query say it in words`);
		return scope;
	});
	return Object.assign({}, ...clauses);
}
