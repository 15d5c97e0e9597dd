import { isKind } from './layout.ts';
import { spanOf } from './lexer.ts';
import { type Place, placesOf } from './place.ts';
import type { Problem } from './problem.ts';
import { type Failure, REWRITES } from './rewrites.ts';
import { NameLike, Word } from './tokens.ts';

/** A found token is repeated up to this length: it may be a string of a thousand lines. */
const MAX_FOUND = 40;

function placeAt({ tokens, index }: Failure): Place {
	let at = 0;
	for (const place of placesOf(tokens)) {
		if (at === index) return place;
		at += 1;
	}
	throw new RangeError('the grammar failed beyond the statement');
}

/** The statement is too short. At the end of the text that is no mistake yet: the shell asks for more. */
function tooShort({ tokens, expected, atEndOfText }: Failure, { opener }: Place): Problem {
	const last = tokens.at(-1);
	const end = last === undefined ? 0 : spanOf(last).end;
	const more = { code: 'CIQ202' as const, span: { start: end, end }, incomplete: atEndOfText };
	if (opener !== null && (expected === '' || expected.startsWith('`'))) {
		return {
			...more,
			message: `\`${opener.image.slice(-1)}\` is not closed`,
			span: spanOf(opener),
			label: 'opened here',
		};
	}
	const also = opener === null ? {} : { also: { span: spanOf(opener), text: 'opened here' } };
	if (last === undefined) return { ...more, message: 'expected a query' };
	return { ...more, message: `expected ${expected || 'more'} after \`${last.image.slice(0, MAX_FOUND)}\``, ...also };
}

/** What to say about a statement that the grammar does not accept. */
export function describeFailure(failure: Failure): Problem {
	const { tokens, index, expected } = failure;
	const place = placeAt(failure);
	const token = tokens[index];
	if (token === undefined) return tooShort(failure, place);
	const around = { ...failure, token, previous: tokens[index - 1], next: tokens[index + 1], place };
	for (const rewrite of REWRITES) {
		const problem = rewrite(around);
		if (problem !== null) return { span: spanOf(token), ...problem };
	}
	const found = `\`${token.image.slice(0, MAX_FOUND)}\``;
	const message = expected === '' ? `unexpected ${found}` : `expected ${expected}, found ${found}`;
	const isKeyword = isKind(token, Word) && !isKind(token, NameLike);
	const label = isKeyword ? `as a name it stands in backquotes: \`${token.image}\`` : undefined;
	return { code: 'CIQ201', message, span: spanOf(token), label };
}
