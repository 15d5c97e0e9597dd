import type { Message } from './exchange.ts';
import { textOf, textOfLatin1 } from './text.ts';

/** The head as text, as `textOf` reads bytes. */
export const headText = ({ head, headText }: Message): string =>
	headText === undefined ? textOf(head) : textOfLatin1(headText);
