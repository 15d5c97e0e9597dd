import type { IToken } from 'chevrotain';
import { isKind } from './layout.ts';
import { operandEndsBefore, operandStartsAt, type Place } from './place.ts';
import type { Problem } from './problem.ts';
import { Dot, NameLike } from './tokens.ts';

/** A token with what stands around it. */
export interface Around {
	readonly tokens: readonly IToken[];
	readonly index: number;
	readonly token: IToken;
	readonly previous: IToken | undefined;
	readonly next: IToken | undefined;
	readonly place: Place;
}

/** What to say where a habit from another language would be read as something else; null where it is none. */
export type Misreading = (around: Around) => Omit<Problem, 'code'> | null;

/** Whether the token joins two operands. */
export const standsBetweenOperands = ({ tokens, index, previous, place }: Around): boolean =>
	previous !== place.head && operandEndsBefore(tokens, index) && operandStartsAt(tokens, index + 1);

/** The operand that ends in front of `index`, as far as it is a name with parts. */
export const nameBefore = ({ tokens }: Around, index: number): string => {
	const last = tokens[index - 1];
	if (!isKind(last, NameLike)) return 'x';
	const isPart = isKind(tokens[index - 2], Dot) && isKind(tokens[index - 3], NameLike);
	return isPart ? `${tokens[index - 3]?.image}.${last?.image}` : `${last?.image}`;
};
