import { nearest } from '../../../grammar/suggest.ts';
import { fieldElsewhere } from '../../query/other-fields.ts';
import { allEntries } from './entries.ts';
import type { Entry } from './entry.ts';

/** What a name may stand for, best first, and without any the name that was probably meant. */
export interface Found {
	readonly entries: readonly Entry[];
	readonly meant: string | null;
}

/** Parts of both messages. */
const PARTS: ReadonlyMap<string, string> = new Map(['header', 'headers', 'body'].map((part) => [part, 'request']));

/** Flags are also found without their dashes, codes in lower case; the operator `-` is no flag. */
const bare = (name: string): string => name.replace(/^--?(?=.)/, '').toLowerCase();

const namesOf = ({ name, aliases = [] }: Entry): readonly string[] => [name, ...aliases];

/** Looks up every entry of that name: `path` is a field and a flag. */
export function findEntries(name: string): Found {
	const all = allEntries();
	const exact = all.filter((entry) => namesOf(entry).includes(name));
	if (exact.length > 0 && name.startsWith('-')) return { entries: exact, meant: null };
	const wanted = bare(name);
	const entries = all.filter((entry) => namesOf(entry).some((known) => bare(known) === wanted));
	// Marks are near to one another without being meant.
	const isSaid = entries.length > 0 || !/[a-z]/.test(wanted);
	if (isSaid) return { entries, meant: null };
	const elsewhere = PARTS.get(wanted) ?? fieldElsewhere(wanted);
	return { entries, meant: elsewhere ?? nearest(wanted, new Set(all.flatMap(namesOf).map(bare))) };
}
