import { createToken, Lexer, type TokenType } from 'chevrotain';
import {
	CIDR,
	DURATION,
	FLOAT,
	FORMAT_END,
	FORMAT_MIDDLE,
	FORMAT_START,
	FORMAT_UNCLOSED,
	FORMAT_WHOLE,
	HEX,
	HOLE_UNCLOSED,
	INT,
	IP,
	PERCENT,
	SIZE,
	TIME,
	UNKNOWN,
	ZONED_ADDRESS,
} from './patterns.ts';
import { CLAUSE_WORDS, CONSTANT_WORDS, HARD_WORDS, INFIX_WORDS, SOFT_WORDS } from './words.ts';

/*
 * The vocabulary. Chevrotain takes the first pattern of the list that matches, not the longest, so the order of `main`
 * below is part of the grammar: addresses before times before quantities before numbers, `..` before `.`.
 * Keywords have no pattern: every word is lexed as a name and renamed afterwards by a map lookup, which spares thirty
 * patterns at start-up and the traps of prefixes (`as` in `asc`).
 */

const category = (name: string, label: string, categories: TokenType[] = []): TokenType =>
	createToken({ name, label, pattern: Lexer.NA, categories });

export const Word = category('Word', 'a name');
export const NameLike = category('NameLike', 'a name', [Word]);
export const Literal = category('Literal', 'a value');
export const Infix = category('Infix', 'an operator');
/** Shapes that are always wrong; `lexical.ts` has a message for each. */
export const Bad = category('Bad', 'nothing valid');

const symbol = (name: string, image: string, ...categories: TokenType[]): TokenType =>
	createToken({ name, label: `\`${image}\``, pattern: image, categories });
const literal = (name: string, label: string, pattern: RegExp): TokenType =>
	createToken({ name, label, pattern, categories: [Literal] });
const bad = (name: string, pattern: RegExp): TokenType => createToken({ name, pattern, categories: [Bad] });

const categoriesOf = (word: string): TokenType[] => {
	const has = (words: readonly string[]) => words.includes(word);
	if (has(SOFT_WORDS)) return [NameLike];
	return [Word, ...(has(INFIX_WORDS) ? [Infix] : []), ...(has(CONSTANT_WORDS) ? [Literal] : [])];
};

/** Token types of the hard and soft words. */
export const WORDS: ReadonlyMap<string, TokenType> = new Map(
	[...HARD_WORDS, ...SOFT_WORDS].map((word) => [word, category(`Word_${word}`, `\`${word}\``, categoriesOf(word))]),
);

export const word = (image: (typeof HARD_WORDS)[number] | (typeof SOFT_WORDS)[number]): TokenType => {
	const type = WORDS.get(image);
	if (type === undefined) throw new RangeError(`no keyword ${image}`);
	return type;
};

export const CLAUSES: ReadonlySet<TokenType> = new Set(CLAUSE_WORDS.map(word));

export const Newline = createToken({ name: 'Newline', label: 'the end of the line', pattern: '\n' });
export const Semicolon = symbol('Semicolon', ';');
export const Name = createToken({ name: 'Name', pattern: /[A-Za-z_]\w*/, categories: [NameLike] });
export const Quoted = createToken({ name: 'Quoted', pattern: /`[^`\n]+`/, categories: [NameLike] });
export const Flag = createToken({
	name: 'Flag',
	label: 'a flag',
	pattern: /--[A-Za-z][\w-]*(?:=(?:"[^"\\]*(?:\\[\s\S][^"\\]*)*"|(?:'[^']*')+|[^\s|;)}"'][^\s|;)}]*)?)?/,
});

export const Cidr = literal('Cidr', 'a network', CIDR);
export const Ip = literal('Ip', 'an address', IP);
export const Time = literal('Time', 'a time', TIME);
export const Duration = literal('Duration', 'a duration', DURATION);
export const Size = literal('Size', 'a size', SIZE);
export const Percent = literal('Percent', 'a percentage', PERCENT);
export const Hex = literal('Hex', 'a number', HEX);
export const Float = literal('Float', 'a number', FLOAT);
export const Int = literal('Int', 'a number', INT);
export const Text = literal('Text', 'a string', /"[^"\\]*(?:\\[\s\S][^"\\]*)*"/);
export const RawString = literal('RawString', 'a string', /'[^']*'(?:'[^']*')*/);

/** f"…" without holes, or the parts around its holes. The parts inside are lexed in the mode `hole`. */
export const FormatWhole = literal('FormatWhole', 'a string', FORMAT_WHOLE);
export const FormatStart = createToken({
	name: 'FormatStart',
	label: 'a string',
	pattern: FORMAT_START,
	push_mode: 'hole',
});
export const FormatMiddle = createToken({ name: 'FormatMiddle', label: '`}`', pattern: FORMAT_MIDDLE });
export const FormatEnd = createToken({ name: 'FormatEnd', label: '`}`', pattern: FORMAT_END, pop_mode: true });

export const Pipe = symbol('Pipe', '|');
export const Comma = symbol('Comma', ',');
export const Assign = symbol('Assign', '=');
export const Colon = symbol('Colon', ':');
export const Dot = symbol('Dot', '.');
export const OpenParen = symbol('OpenParen', '(');
export const CloseParen = symbol('CloseParen', ')');
export const OpenBracket = symbol('OpenBracket', '[');
export const CloseBracket = symbol('CloseBracket', ']');
export const OpenBrace = symbol('OpenBrace', '{');
export const CloseBrace = symbol('CloseBrace', '}');
export const Minus = symbol('Minus', '-', Infix);

const INFIX_SYMBOLS = ['==', '!=', '<=', '>=', '<', '>', '!~', '~', '??', '..', '+', '*', '/', '%'].map((image) =>
	symbol(`Infix_${image}`, image, Infix),
);

export const UnclosedFormat = bad('UnclosedFormat', FORMAT_UNCLOSED);
export const UnclosedHole = bad('UnclosedHole', HOLE_UNCLOSED);
export const UnclosedString = bad('UnclosedString', /["'][\s\S]*/);
export const PrefixedString = bad('PrefixedString', /[A-Za-eg-z](?:"[^"\n]*"|'[^'\n]*')|f'[^'\n]*'/);
export const ForeignOperator = bad(
	'ForeignOperator',
	/&&?|\|\||===|!==|<>|=~|~=|~\*|=>|=<|:=|![ \t]{1,9}[=~](?!=)|!=~|!(?![=~])|\?(?!\?)/,
);
/** `/^a\/b$/`: a slash and a word with a character that occurs nowhere outside of quotes. */
export const SlashRegex = bad('SlashRegex', /\/(?=[^\s|"'`]{0,200}(?:\\\S|[\^$]))[^\s|"'`]+/);
export const Sigil = bad('Sigil', /\$\{?\w*/);
export const ZonedAddress = bad('ZonedAddress', ZONED_ADDRESS);
export const BadAddress = bad('BadAddress', /[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{0,4}){2,}(?:\/\d+)?/);
export const BadTime = bad('BadTime', /@[^\s|,;()[\]{}]*/);
export const BadNumber = bad('BadNumber', /\d\w*(?:\.\w+)*/);
export const TypographicQuote = bad('TypographicQuote', /[\u2018\u2019\u201c\u201d]/);
export const Unknown = bad('Unknown', UNKNOWN);

/** Comments: `##` documents what follows it. The formatter keeps them; nothing else looks at them. */
const Doc = createToken({ name: 'Doc', pattern: /##[^\n]*/, group: 'docs' });
const Comment = createToken({ name: 'Comment', pattern: /#[^\n]*/, group: 'comments' });
// A byte order mark and no-break spaces arrive with pasted text.
const Blank = createToken({ name: 'Blank', pattern: /[ \t\r\ufeff\u00a0]+|\\\r?\n/, group: Lexer.SKIPPED });

const beforeBraces = [
	Newline,
	Blank,
	Doc,
	Comment,
	FormatWhole,
	FormatStart,
	UnclosedFormat,
	PrefixedString,
	ZonedAddress,
	Cidr,
	Ip,
	BadAddress,
	Time,
	BadTime,
	Duration,
	Size,
	Percent,
	Hex,
	Float,
	Int,
	BadNumber,
	Name,
	Quoted,
	Text,
	RawString,
	UnclosedString,
	Flag,
	ForeignOperator,
	SlashRegex,
	...INFIX_SYMBOLS,
	Minus,
	Pipe,
	Comma,
	Semicolon,
	Assign,
	Colon,
	Dot,
	OpenParen,
	CloseParen,
	OpenBracket,
	CloseBracket,
	OpenBrace,
];
const afterBraces = [Sigil, TypographicQuote, Unknown];

/** Two modes: inside the hole of an f-string `}` goes on with the string. */
export const MODES = {
	defaultMode: 'main',
	modes: {
		main: [...beforeBraces, CloseBrace, ...afterBraces],
		hole: [...beforeBraces, FormatMiddle, FormatEnd, UnclosedHole, ...afterBraces],
	},
};

/** All that the parser may meet: the keywords and categories have no pattern of their own. */
export const VOCABULARY: TokenType[] = [
	...new Set([...MODES.modes.main, ...MODES.modes.hole, ...WORDS.values(), Word, NameLike, Literal, Infix, Bad]),
];
