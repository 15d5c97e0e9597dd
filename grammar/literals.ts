import type { IToken, TokenType } from 'chevrotain';
import { addressFault } from './addresses.ts';
import type { Expr, QuantityLiteral } from './ast.ts';
import { spanOf } from './lexer.ts';
import { code, type Report } from './problem.ts';
import { durationOf, percentOf, sizeOf } from './quantities.ts';
import type { Span } from './span.ts';
import { unescapeFormat, unescapeRaw, unescapeText } from './strings.ts';
import { timeOf } from './times.ts';
import {
	Cidr,
	Duration,
	Float,
	FormatWhole,
	Hex,
	Int,
	Ip,
	Percent,
	RawString,
	Size,
	Text,
	Time,
	word,
} from './tokens.ts';

type Decode = (text: string, span: Span, report: Report) => Expr;

function decodeInt(text: string, span: Span, report: Report): Expr {
	const value = Number(text.replaceAll('_', ''));
	if (!Number.isSafeInteger(value)) {
		const label = `whole numbers go up to ${Number.MAX_SAFE_INTEGER}; \`json()\` gives longer ones as text: "${text.replaceAll('_', '')}"`;
		report({ code: 'CIQ102', message: 'this number is too large to be exact', span, label });
	}
	return { kind: 'int', value, text, span };
}

/** Passes the value on; a number beyond the doubles is a fault of the text, not an infinity. */
function finite(value: number, span: Span, report: Report): number {
	if (!Number.isFinite(value)) {
		report({ code: 'CIQ102', message: 'this number is too large', span, label: `the largest is ${Number.MAX_VALUE}` });
	}
	return value;
}

const decodeQuantity =
	(kind: QuantityLiteral['kind'], measure: (text: string) => number): Decode =>
	(text, span, report) => ({ kind, value: finite(measure(text), span, report), text, span });

const decodeAddress =
	(kind: 'ip' | 'cidr'): Decode =>
	(text, span, report) => {
		const fault = addressFault(text);
		if (fault !== null) report({ code: 'CIQ106', message: `${code(text)} is not an address`, span, label: fault });
		return { kind, text, span };
	};

function decodeTime(text: string, span: Span, report: Report): Expr {
	const time = timeOf(text);
	if (typeof time !== 'string') return { kind: 'time', text, ...time, span };
	report({ code: 'CIQ107', message: `${code(text)} is not a time`, span, label: time });
	return { kind: 'time', text, epochNs: null, timeOfDayNs: null, span };
}

const constant =
	(value: true | false | null): Decode =>
	(_, span) => ({ kind: 'constant', value, span });

const DECODE: ReadonlyMap<TokenType, Decode> = new Map<TokenType, Decode>([
	[Int, decodeInt],
	[Hex, decodeInt],
	[Float, (text, span, report) => ({ kind: 'float', value: finite(Number(text), span, report), text, span })],
	[Ip, decodeAddress('ip')],
	[Cidr, decodeAddress('cidr')],
	[Time, decodeTime],
	[Duration, decodeQuantity('duration', durationOf)],
	[Size, decodeQuantity('size', sizeOf)],
	[Percent, decodeQuantity('percent', percentOf)],
	[
		Text,
		(text, span, report) => ({
			kind: 'string',
			value: unescapeText(text.slice(1, -1), span.start + 1, report),
			raw: false,
			span,
		}),
	],
	[RawString, (text, span) => ({ kind: 'string', value: unescapeRaw(text.slice(1, -1)), raw: true, span })],
	[
		FormatWhole,
		(text, span, report) => ({
			kind: 'format',
			texts: [unescapeFormat(text.slice(2, -1), span.start + 2, report)],
			exprs: [],
			span,
		}),
	],
	[word('true'), constant(true)],
	[word('false'), constant(false)],
	[word('null'), constant(null)],
]);

/** The value that a literal's token stands for; what is wrong with it goes to `report`. */
export function decodeLiteral(token: IToken, report: Report): Expr {
	const decode = DECODE.get(token.tokenType);
	if (decode === undefined) throw new RangeError(`no literal is called ${token.tokenType.name}`);
	return decode(token.image, spanOf(token), report);
}
