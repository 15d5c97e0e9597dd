import type { Entry } from './entry.ts';

const word = (name: string, usage: string, doc: string, ...examples: readonly string[]): Entry => ({
	kind: 'syntax',
	name,
	title: 'word of the language',
	usage,
	doc,
	examples,
});

const infix = (name: string, doc: string, ...examples: readonly string[]): Entry => ({
	kind: 'syntax',
	name,
	title: 'operator of expressions',
	usage: `a ${name} b`,
	doc,
	examples,
});

/** Statements: what a script holds beside its pipelines. */
export const STATEMENTS: readonly Entry[] = [
	word('let', 'let NAME = expression', 'Gives a value a name', 'let least = 100ms; watch http where latency >= least'),
	word(
		'fn',
		'fn NAME(parameters) = expression',
		'Gives an expression a name; a call stands for its body',
		'fn slower(least) = latency >= least; watch http where slower(100ms)',
	),
	word(
		'op',
		'op NAME[(parameters)] [by KEYS = key, …] [every WINDOW = none] { pipeline }',
		'Gives stages a name: a view, used as an operator or as `stat NAME`',
		'op paths(n: int = 3) by keys = path { stat count() by keys | top n by count }; watch http | paths by route',
	),
	word(
		'param',
		'param NAME[: type] [= expression]',
		'A value that the command line gives as --NAME=VALUE, of a script behind its name: a value of the language, in quotes or without, else a text; with the type `string` a text as it stands, quotes too',
		'param least: duration = 20ms; watch http where latency >= least',
	),
	word(
		'use',
		'use "FILE"',
		'Takes the definitions of another file, which is looked for beside this one',
		'use "views.ciq"; watch http | paths by route',
	),
	word(
		'explain',
		'explain [--run] pipeline',
		'Says what a pipeline becomes: stages, types, what is captured for it, what it holds on to; --run also runs it',
		'explain watch http where local_port == 8080 | stat count() by path 5s',
	),
];

/** Clauses of a stage; the operator's usage says which it takes. */
export const CLAUSES: readonly Entry[] = [
	word(
		'by',
		'by key, …',
		'The keys that rows are grouped by; without it there is one group, or a view takes its own keys; of a view `by none` is one group',
		'stat http count() by path, status',
	),
	word(
		'every',
		'every duration | every session(pause) | every n',
		'The window of an aggregate; a bare duration is the same. A session ends with a pause; a number counts rows',
		'stat http count() every 5s',
		'watch http | stat count() by client_ip every session(30s)',
		'watch http | stat p99(latency) every 1000',
	),
	word(
		'over',
		'over duration every duration',
		'How far back a sliding window reaches',
		'stat http count() over 1m every 5s',
	),
	word(
		'on',
		'on key | on left.a == name.b',
		'What rows of two pipelines have in common',
		'watch http where side == "client" | join { watch http where side == "server" } as srv on id within 5s',
	),
	word(
		'within',
		'within duration',
		'How far apart in time rows may be that belong together',
		'watch http | dedup client_ip, route within 10s',
	),
	word(
		'as',
		'as NAME',
		'What the rows of a block are called behind it; without it `right`, of `correlate` `child`',
		'watch http where side == "client" | join { watch http where side == "server" } as srv on id within 5s | select route, srv.latency',
	),
	word('for', 'for duration', 'How long something has to hold', 'watch | alert count(where failed) > 10 for 30s'),
];

/** What joins two operands, loosest first. */
export const INFIXES: readonly Entry[] = [
	infix('or', 'True when one of the two is', 'watch http where failed or latency > 1s'),
	infix('and', 'True when both are', 'watch http where failed and path ~ "^/api"'),
	{
		...infix('not', 'True when the comparison behind it is false; never for a value that is missing'),
		usage: 'not a',
		examples: ['watch http where not path ~ "^/static"'],
	},
	infix('==', 'Equal; lists and maps where all their parts are', 'watch http where method == "GET"'),
	infix(
		'!=',
		'Not equal; a value that is missing is neither',
		'watch http where status != 200',
		'watch http where status != null',
	),
	infix('<', 'Less', 'watch http where latency < 1ms'),
	infix('<=', 'Less or equal', 'watch http where latency <= 1ms'),
	infix('>', 'Greater', 'watch http where resp_size > 10KB'),
	infix('>=', 'Greater or equal', 'watch http where status >= 500'),
	infix(
		'~',
		'The regular expression is found somewhere in the text; linear time, no look-around',
		"watch http where path ~ '^/api/\\w+'",
	),
	infix('!~', 'The regular expression is not found', 'watch http where path !~ "^/static"'),
	infix(
		'in',
		'Is in a list, in a range with both its ends, or in a network',
		'watch http where status in [500, 502]',
		'watch http where status in 500..599',
		'watch http where remote_ip in 127.0.0.0/8',
	),
	{
		...infix('not in', 'Is not in it; never for a value that is missing', 'watch http where status not in 200..299'),
	},
	infix('contains', 'The text, which stands in quotes, is found in it', 'watch http where path contains "/items"'),
	infix('startswith', 'Begins with the text in quotes', 'watch http where path startswith "/api"'),
	infix('endswith', 'Ends with the text in quotes', 'watch http where path endswith "s"'),
	infix(
		'like',
		'As in SQL: `%` stands for any text, `_` for one character, behind `\\` each for itself',
		'watch http where path like "/api/%"',
	),
	infix('??', 'The second where the first is missing', 'watch http | select path, code = status ?? 0'),
	infix('..', 'A range, for `in`', 'watch http where latency in 1ms..50ms'),
	infix('+', 'Sum; of a time and a duration a time', 'watch http | select both = req_size + resp_size'),
	infix('-', 'Difference; of two times a duration', 'watch http | select waited = latency - ttfb'),
	infix('*', 'Product', 'watch http where latency > 2 * ttfb'),
	infix('/', 'Quotient; by 0 it is missing', 'watch http | stat ratio = count(where failed) / count() by path'),
	infix('%', 'Remainder', 'watch http where remote_port % 2 == 1'),
];

const literal = (name: string, usage: string, doc: string, example: string): Entry => ({
	kind: 'syntax',
	name,
	title: 'type of values',
	usage,
	doc,
	examples: [example],
});

/** How values are written. */
export const LITERALS: readonly Entry[] = [
	literal(
		'string',
		`"…" '…' f"… {expr} …"`,
		'Text; in single quotes every character stands for itself, f"…" holds expressions, written as `str` does',
		'watch http | select line = f"{method} {path}"',
	),
	literal('int', '1000 1_000 0x1F', 'A whole number, exact up to 9007199254740991', 'watch http where status == 200'),
	literal('float', '1.5 1e6', 'A number with a fraction', 'watch http where latency > 1.5 * ttfb'),
	literal(
		'percent',
		'99.9%',
		'A fraction, which is a float: 99.9% is 0.999',
		'watch http | stat slowest = quantile(latency, 99.9%)',
	),
	literal(
		'duration',
		'250us 100ms 1.5s 1m30s 2h 1d',
		'A time that something takes; in JSON and CSV a number of ms',
		'watch http where latency > 1.5ms',
	),
	literal(
		'size',
		'512B 10KB 10KiB',
		'A number of bytes, and one in JSON and CSV: 10KB is 10,000 and 10KiB is 10,240',
		'watch http where resp_size >= 1KiB',
	),
	literal(
		'time',
		'@10:30 @2026-01-02T03:04:05Z',
		'A moment; without a date of the day on which the capture began, which of a file is its own; without a zone local; in JSON and CSV in RFC 3339',
		'watch http where ts >= @2026-01-02T03:04:05Z',
	),
	literal('ip', '10.0.0.1 fe80::1', 'An address', 'watch http where remote_ip == 127.0.0.1'),
	literal(
		'cidr',
		'10.0.0.0/8 fe80::/10',
		'A network, of IPv4 or of IPv6: `::/0` has no IPv4 address in it',
		'watch http where remote_ip in 127.0.0.0/8',
	),
	literal('bool', 'true false', 'The value of a condition', 'watch http where failed == true'),
	literal('null', 'null', 'The record has no such value', 'watch http where status == null'),
	literal(
		'list',
		'[a, b]',
		'Several values, which keep their types: of `list(latency)` each is a duration',
		'watch http where method in ["GET", "POST"]',
	),
];
