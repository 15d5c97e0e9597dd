/** What a code of a diagnostic means, for who asks after having read the message. */
export interface CodeHelp {
	/** A few words. */
	readonly title: string;
	/** Why it is wrong, and what to do: complete sentences. */
	readonly meaning: string;
	/** A query that gets the code, and that query as it should be; absent where no short one does. */
	readonly example?: { readonly wrong: string; readonly right: string };
}

/** The codes of the grammar: 1xx is about words and characters, 2xx about how they stand together. */
export const SYNTAX_CODES = {
	CIQ100: {
		title: 'a text that is too long',
		meaning: 'A query or script has at most a million characters. A longer text is usually some other file.',
	},
	CIQ101: {
		title: 'a character without a meaning',
		meaning:
			'Outside of quotes the language has no such character. Quotation marks of a word processor, the `$` of shells and lone backquotes are the usual ones.',
		example: { wrong: 'watch http where comm == $1', right: 'watch http where comm == "nginx"' },
	},
	CIQ102: {
		title: 'a number that is none',
		meaning:
			'A number begins with a digit and may end with a unit: durations `250us` `100ms` `1.5s` `1m30s` `2h`, sizes `512B` `10KB` (1000) `10KiB` (1024), percent `99.9%`. Whole numbers are exact up to 9007199254740991.',
		example: { wrong: 'watch http where latency > 5M', right: 'watch http where latency > 5m' },
	},
	CIQ103: {
		title: 'a string that is not closed',
		meaning: 'A string ends with the quote that it began with. In an f-string a lone `}` is written `}}`.',
		example: { wrong: 'watch http where path ~ "/api', right: 'watch http where path ~ "/api"' },
	},
	CIQ104: {
		title: 'an unknown escape',
		meaning:
			'In "…" a backslash begins one of `\\n` `\\t` `\\"` `\\\\` `\\u{…}`. In single quotes it stands for itself, which is what a regular expression wants.',
		example: { wrong: 'watch http where path ~ "\\d+"', right: "watch http where path ~ '\\d+'" },
	},
	CIQ105: {
		title: 'an operator of another language',
		meaning: 'Conditions are joined by `and`, `or` and `not`; they compare with `==` `!=` `<` `<=` `>` `>=` `~` `in`.',
		example: {
			wrong: 'watch http where status == 200 && failed',
			right: 'watch http where status == 200 and failed',
		},
	},
	CIQ106: {
		title: 'an address that is none',
		meaning:
			'An IPv4 address has four parts from 0 to 255 without leading zeros; an IPv6 address has eight groups, or fewer around one `::`. A network adds a prefix length: `10.0.0.0/8`.',
		example: {
			wrong: 'watch http where remote_ip == 300.0.0.1',
			right: 'watch http where remote_ip == 30.0.0.1',
		},
	},
	CIQ107: {
		title: 'a time that is none',
		meaning: 'A time begins with `@`: `@10:30`, `@10:30:05` (local), `@2026-01-02T03:04:05Z`.',
		example: { wrong: 'watch http where ts > @25:00', right: 'watch http where ts > @23:00' },
	},
	CIQ108: {
		title: 'a string with a prefix',
		meaning: 'Only `f"…"` has a prefix. A string in single quotes takes every character as it stands.',
		example: { wrong: 'watch http where path ~ r"^/api/\\d+"', right: "watch http where path ~ '^/api/\\d+'" },
	},
	CIQ109: {
		title: 'a regular expression between slashes',
		meaning: 'A regular expression is a string; single quotes spare doubling its backslashes.',
		example: { wrong: 'watch http where path ~ /^\\/api/', right: "watch http where path ~ '^/api'" },
	},
	CIQ201: {
		title: 'something else was expected here',
		meaning: 'The query cannot go on with what stands there. The message names what could stand instead.',
		example: { wrong: 'watch http | | head 5', right: 'watch http | head 5' },
	},
	CIQ202: {
		title: 'the text ends too early',
		meaning: 'Something is still open or missing at the end: a bracket, a value, a stage. The shell asks for more.',
		example: { wrong: 'watch http where', right: 'watch http where failed' },
	},
	CIQ203: {
		title: 'comparisons in a chain',
		meaning: 'A comparison has two sides. What lies between two values is in a range, both ends included.',
		example: { wrong: 'watch http where 1s < latency < 2s', right: 'watch http where latency in 1s..2s' },
	},
	CIQ204: {
		title: '`not` behind an operator that binds tighter',
		meaning: '`not` takes the whole comparison behind it. As an operand it needs parentheses.',
		example: {
			wrong: 'watch http where failed == not answered',
			right: 'watch http where failed == (not answered)',
		},
	},
	CIQ205: {
		title: '`=` and `==` mixed up',
		meaning: '`==` compares; `=` gives something a name, in `let`, `stat`, `select` and `extend`.',
		example: { wrong: 'watch http where status = 200', right: 'watch http where status == 200' },
	},
	CIQ206: {
		title: 'a habit from another language',
		meaning:
			'The words come from SQL, a shell, Wireshark or another tool, and the message says how the same is written here.',
		example: {
			wrong: 'watch http | stat count() group by path',
			right: 'watch http | stat count() by path',
		},
	},
	CIQ207: {
		title: 'a list in the wrong brackets',
		meaning: 'A list stands in square brackets, its elements between commas.',
		example: { wrong: 'watch http where status in (500, 502)', right: 'watch http where status in [500, 502]' },
	},
	CIQ208: {
		title: 'an address with a port',
		meaning: 'Address and port are two fields.',
		example: {
			wrong: 'watch http where remote_ip == 10.0.0.1:8080',
			right: 'watch http where remote_ip == 10.0.0.1 and remote_port == 8080',
		},
	},
	CIQ209: {
		title: 'text without quotes',
		meaning: 'Only names stand without quotes; every other text needs them.',
		example: { wrong: 'watch http where path == /api/users', right: 'watch http where path == "/api/users"' },
	},
	CIQ210: {
		title: 'nested too deeply',
		meaning:
			'Brackets nest up to 64 deep, and an expression joins up to 1000 parts. A list is shorter than a chain of `or`, and `let` names a part.',
	},
	CIQ211: {
		title: 'a bracket that closes nothing',
		meaning: 'It has no partner, or the one before it is of another kind.',
		example: { wrong: 'watch http where status == 500)', right: 'watch http where (status == 500)' },
	},
	CIQ212: {
		title: 'a block with several pipelines',
		meaning: 'Between braces stands one pipeline; its stages are joined by `|`.',
		example: { wrong: 'op few { head 5; tail 5 }', right: 'op few { head 5 | tail 5 }' },
	},
	CIQ213: {
		title: 'a flag without its value',
		meaning: 'Behind the `=` of a flag its value follows without a blank.',
		example: { wrong: 'watch http | stat slow --n= 5', right: 'watch http | stat slow n=5' },
	},
	CIQ214: {
		title: 'a word of the language as a name',
		meaning: 'Words such as `by`, `in` and `where` are names only in backquotes.',
		example: { wrong: 'watch http | select by, path', right: 'watch http | select `by` = path, path' },
	},
} as const satisfies Readonly<Record<string, CodeHelp>>;

export type SyntaxCode = keyof typeof SYNTAX_CODES;
