import type { IToken } from 'chevrotain';
import type { FlagItem } from './ast.ts';
import { spanOf } from './lexer.ts';
import { code, type Report } from './problem.ts';
import { unescapeRaw, unescapeText } from './strings.ts';

/** `--name` or `--name=VALUE`, which is one token. */
export function flagOf(token: IToken, report: Report): FlagItem {
	const { image, startOffset } = token;
	const equals = image.indexOf('=');
	const nameEnd = equals === -1 ? image.length : equals;
	const name = { text: image.slice(2, nameEnd), span: { start: startOffset + 2, end: startOffset + nameEnd } };
	if (equals === -1) return { kind: 'flag', name, value: null, span: spanOf(token) };
	const written = image.slice(equals + 1);
	const inner = written.slice(1, -1);
	const start = startOffset + equals + 1;
	const span = { start, end: start + written.length };
	const quote = written.charAt(0);
	if (written === '') {
		const label = 'a value follows the `=` without a blank';
		report({ code: 'CIQ213', message: `${code(image)} has no value`, span: spanOf(token), label });
	}
	const text = quote === '"' ? unescapeText(inner, start + 1, report) : quote === "'" ? unescapeRaw(inner) : written;
	return { kind: 'flag', name, value: { text, quoted: quote === '"' || quote === "'", span }, span: spanOf(token) };
}
