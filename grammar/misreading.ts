import type { IToken } from 'chevrotain';
import { operandEndsBefore, operandStartsAt, type Place } from './place.ts';
import type { Problem } from './problem.ts';

/** A token with what stands around it, before anything was parsed. */
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
