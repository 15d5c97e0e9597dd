import type { CodeHelp } from '../../grammar/codes.ts';
import { QUERY_CODES, type QueryCode } from './codes.ts';

/** What the codes of the checker mean; their titles are in codes.ts. */
const MEANINGS: Readonly<Record<QueryCode, Omit<CodeHelp, 'title'>>> = {
	CIQ301: {
		meaning:
			'Neither a definition nor a column that the stages before made nor a field of these protocols has that name. Behind `select` and `stat` only their columns are left; text needs quotes. `claudeinsight help fields` lists the fields.',
		example: { wrong: 'watch http where pathh ~ "/api"', right: 'watch http where path ~ "/api"' },
	},
	CIQ302: {
		meaning:
			'A stage begins with an operator of the language, a view of the library or an `op` of this script. Inside `stat` it can also be an aggregate.',
		example: { wrong: 'watch http | haed 5', right: 'watch http | head 5' },
	},
	CIQ303: {
		meaning: 'A name in front of parentheses is a function, an aggregate or an `fn` of this script.',
		example: { wrong: 'watch http where lenn(path) > 5', right: 'watch http where len(path) > 5' },
	},
	CIQ304: {
		meaning: 'Behind `watch` stand protocols, separated by commas, and then `where`.',
		example: { wrong: 'watch htpp', right: 'watch http' },
	},
	CIQ305: {
		meaning:
			'Several protocols of this stream have a field of that name, of different types. Write it with its protocol, or watch one protocol.',
	},
	CIQ306: {
		meaning:
			'The operator has no such flag. Filters of the command line, such as `--pids`, are conditions inside a query.',
		example: { wrong: 'watch http --pids=1234', right: 'watch http where pid in [1234]' },
	},
	CIQ307: {
		meaning:
			'The file behind `use` is looked for beside the file that says it; in a query given as an argument, in the working folder.',
		example: { wrong: 'use "no-such-file.ciq"', right: 'use "views.ciq"' },
	},
	CIQ308: {
		meaning: 'A definition stands for its text, so it cannot contain itself, neither directly nor through another.',
		example: { wrong: 'let a = a + 1; watch http where status > a', right: 'let a = 1; watch http where status > a' },
	},
	CIQ309: {
		meaning: 'Within a script and its modules a name is defined once, and operators keep theirs.',
		example: { wrong: 'let a = 1; let a = 2', right: 'let a = 1; let b = 2' },
	},
	CIQ310: {
		meaning: 'Behind `to` stands the name of a format.',
		example: { wrong: 'watch http | to jsn', right: 'watch http | to json' },
	},
	CIQ311: {
		meaning: 'The view or the script has no parameter of that name.',
		example: { wrong: 'watch http | slow m=5', right: 'watch http | slow n=5' },
	},
	CIQ312: {
		meaning: 'Definitions stand for their texts. These contain each other so often that the query would never end.',
	},
	CIQ313: {
		meaning: 'Behind the `:` of a parameter stands one of the types of the language.',
		example: {
			wrong: 'param least: durration = 5ms; watch http where latency > least',
			right: 'param least: duration = 5ms; watch http where latency > least',
		},
	},
	CIQ314: {
		meaning:
			'A warning: the definition has the name of a field, a function or a view, which now means the definition. `.name` is always the field.',
		example: {
			wrong: 'let status = 500; watch http where status == 200',
			right: 'let wanted = 500; watch http where status == wanted',
		},
	},
	CIQ401: {
		meaning:
			'The two sides are of types that have no order or equality in common, so the comparison could never be true.',
		example: { wrong: 'watch http where status == "200"', right: 'watch http where status == 200' },
	},
	CIQ402: {
		meaning: 'A bare number says nothing where a duration is compared: write its unit.',
		example: { wrong: 'watch http where latency > 5', right: 'watch http where latency > 5ms' },
	},
	CIQ403: {
		meaning: 'A text that is compared with an address, a network, a duration or a size has to be one.',
		example: { wrong: 'watch http where remote_ip == "10.0.0"', right: 'watch http where remote_ip == 10.0.0.1' },
	},
	CIQ404: {
		meaning: 'Something that is true or false is needed: a comparison, a field of type bool, or `has(x)`.',
		example: { wrong: 'watch http where latency', right: 'watch http where latency > 1s' },
	},
	CIQ405: {
		meaning: 'The operator, function or aggregate takes another type there.',
		example: { wrong: 'watch http | stat avg(path)', right: 'watch http | stat avg(latency)' },
	},
	CIQ406: {
		meaning:
			'Patterns are matched in linear time, so look-around and backreferences do not exist. Text that is not meant as a pattern goes with `contains`.',
		example: { wrong: 'watch http where path ~ "/api("', right: "watch http where path ~ '/api\\('" },
	},
	CIQ407: {
		meaning:
			'Numbers, durations and sizes can be added to their own kind; a duration divided by a duration is a number, a time minus a time a duration. Texts are joined by an f-string.',
		example: { wrong: 'watch http | select x = path + host', right: 'watch http | select x = f"{host}{path}"' },
	},
	CIQ408: {
		meaning: 'A warning: no record can meet this, or none has this value. The query runs, and finds nothing.',
		example: { wrong: 'watch http where side == "srv"', right: 'watch http where side == "server"' },
	},
	CIQ409: {
		meaning:
			'Records and maps have parts: `request.headers`, `query_params.page`. The fields of a protocol are names of their own.',
		example: {
			wrong: 'watch http where request.method == "GET"',
			right: 'watch http where http.method == "GET"',
		},
	},
	CIQ501: {
		meaning: 'The language has it, this version does not.',
		example: { wrong: 'watch redis', right: 'watch http' },
	},
	CIQ502: {
		meaning: 'The operator takes no such clause. `claudeinsight help` and its name say what it takes.',
		example: { wrong: 'watch http | head 5 where failed', right: 'watch http | where failed | head 5' },
	},
	CIQ503: {
		meaning: 'Something that the operator, function or parameter needs was not given.',
		example: { wrong: 'watch http | stat by path', right: 'watch http | stat count() by path' },
	},
	CIQ504: {
		meaning: 'More was given than the operator or function takes.',
		example: { wrong: 'watch http | head 5 10', right: 'watch http | head 5' },
	},
	CIQ505: {
		meaning:
			'A field and an aggregate of a field name their column; any other expression needs a name, with `=` behind it.',
		example: {
			wrong: 'watch http | select latency / 2',
			right: 'watch http | select half = latency / 2',
		},
	},
	CIQ506: {
		meaning: 'The columns of a row have different names: give one of them its own.',
		example: {
			wrong: 'watch http | stat count(), count(where failed)',
			right: 'watch http | stat count(), errors = count(where failed)',
		},
	},
	CIQ507: {
		meaning:
			'A live stream does not end by itself. `top n by x` needs no end, a window makes tables that do, and `until 30s` ends the stream.',
		example: { wrong: 'watch http | sort latency desc', right: 'watch http | until 30s | sort latency desc' },
	},
	CIQ508: {
		meaning:
			'A window is a duration, a `session(pause)` or a number of rows, above 0. It is given once, to the first stage that aggregates, and needs rows with a time that come when they happen: `sort` and `tail` give those of a stream at its end.',
		example: { wrong: 'watch http | stat count() 0s', right: 'watch http | stat count() 5s' },
	},
	CIQ509: {
		meaning: 'A pipeline begins with a source, such as `watch`, and only there; `to` stands last.',
		example: { wrong: 'where status == 500', right: 'watch http where status == 500' },
	},
	CIQ510: {
		meaning: 'An aggregate needs many rows, a condition has one. Aggregate first, then compare the column.',
		example: {
			wrong: 'watch http where count() > 5',
			right: 'watch http | stat count() by path | where count > 5',
		},
	},
	CIQ511: {
		meaning: 'A query that begins with `|` goes on from the last result of the shell, and there is none.',
		example: { wrong: '| head 5', right: 'watch http | head 5' },
	},
	CIQ512: {
		meaning:
			'`now()`, `ago()` and `elapsed()` mean the moment at which the query began. Traffic in a file is of another day: say with `--now TIME` what moment is meant, or write a time such as @10:30, which is one of the day on which that traffic begins.',
		example: { wrong: 'from "shop.ciqrec" | where ts > ago(5m)', right: 'from "shop.ciqrec" | where ts > @10:30' },
	},
};

const TITLES: Readonly<Record<string, string>> = QUERY_CODES;

/** What a code of the checker means, by code. */
export const QUERY_CODE_HELP: ReadonlyMap<string, CodeHelp> = new Map(
	Object.entries(MEANINGS).map(([code, help]) => [code, { title: TITLES[code], ...help }]),
);
