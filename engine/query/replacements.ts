import type { Node } from '../../grammar/ast.ts';
import type { Problems } from './problems.ts';

/** More names than anybody writes; twenty definitions that each use the one before twice would make a million. */
const MAX_REPLACEMENTS = 10_000;

/** Counts names that were replaced by what they stand for, so that a small program cannot grow without bound. */
export class Replacements {
	#left = MAX_REPLACEMENTS;

	/** Whether one more is allowed; the first that is not is reported at `node`. */
	take(node: Node, problems: Problems): boolean {
		this.#left--;
		if (this.#left === -1)
			problems.error('CIQ312', node, 'the definitions of this program grow too large when they are put in place', {
				label: `more than ${MAX_REPLACEMENTS} replacements`,
			});
		return this.#left >= 0;
	}
}
