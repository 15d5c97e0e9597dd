import type { IParserErrorMessageProvider } from 'chevrotain';

/*
 * The parser's "messages" are only what it expected, in words: `syntax.ts` makes a sentence of them once it has looked
 * at the tokens around. Long sets have no word and say nothing.
 */

/** The word for whatever an operand may begin with. */
export const EXPRESSION = 'an expression';
export const OPERATOR = 'an operator';
const ANYTHING_ELSE = '';

export const EXPECTED_MESSAGES: IParserErrorMessageProvider = {
	buildMismatchTokenMessage: ({ expected }) => expected.LABEL ?? expected.name,
	buildNoViableAltMessage: ({ customUserDescription }) => customUserDescription ?? ANYTHING_ELSE,
	buildEarlyExitMessage: ({ customUserDescription }) => customUserDescription ?? ANYTHING_ELSE,
	buildNotAllInputParsedMessage: () => ANYTHING_ELSE,
};
