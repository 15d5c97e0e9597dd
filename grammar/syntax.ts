import { type Failure, isKeyword } from './failure.ts';
import { spanOf } from './lexer.ts';
import { type Place, placesOf } from './place.ts';
import { code, type Problem } from './problem.ts';
import { HABITS } from './rewrite-habits.ts';
import { STRUCTURE } from './rewrite-structure.ts';

const REWRITES = [...HABITS, ...STRUCTURE];

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
			message: `${code(opener.image.slice(-1))} is not closed`,
			span: spanOf(opener),
			label: 'opened here',
		};
	}
	const also = opener === null ? {} : { also: { span: spanOf(opener), text: 'opened here' } };
	if (last === undefined) return { ...more, message: 'expected a query' };
	return { ...more, message: `expected ${expected || 'more'} after ${code(last.image)}`, ...also };
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
	const found = code(token.image);
	const message = expected === '' ? `unexpected ${found}` : `expected ${expected}, found ${found}`;
	const label = isKeyword(token) ? `as a name it stands in backquotes: ${code(token.image)}` : undefined;
	return { code: 'CIQ201', message, span: spanOf(token), label };
}
