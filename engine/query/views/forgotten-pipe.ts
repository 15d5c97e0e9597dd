import type { Arg, Stage } from '../../../grammar/ast.ts';
import { printExpr } from '../../../grammar/print.ts';
import { OPERATORS } from '../operators/registry.ts';
import type { Problems } from '../problems.ts';

interface Meaning {
	readonly message: string;
	readonly label: string;
}

/**
 * Stages of other languages follow each other without a `|`: `stat count() by path limit 5`. Here that would be arguments
 * of the stage in front. True where it was said.
 */
export const refuseForgottenPipe = (stage: Stage, problems: Problems): boolean => {
	const takesNames = OPERATORS.get(stage.name.text)?.source !== true;
	for (const [at, item] of stage.items.entries()) {
		const [arg] = item.kind === 'args' ? item.args : [];
		const name = arg === undefined || (at === 0 && takesNames) ? null : bareName(arg);
		if (arg === undefined || name === null) continue;
		const inside = stage.name.text;
		const found = otherSource(inside, name) ?? meant(name, stage.items[at + 1], inside);
		if (found === null) continue;
		problems.error('CIQ502', arg, found.message, { label: found.label });
		return true;
	}
	return false;
};

const bareName = ({ name, value, order }: Arg): string | null =>
	name === null && order === null && value.kind === 'name' ? value.name.text.toLowerCase() : null;

/** `conns` and `pending` of a file. */
export const askOfFile = (name: string): string =>
	`of a file it is asked by the command line: \`--from FILE -e '${name}'\``;

/** A source within another one: both stand first, so that a `|` would not help. */
const otherSource = (source: string, name: string): Meaning | null => {
	if (OPERATORS.get(name)?.source !== true || OPERATORS.get(source)?.source !== true) return null;
	return {
		message: `\`${name}\` begins a pipeline`,
		label:
			name === 'watch'
				? 'leave it out'
				: source === 'from'
					? askOfFile(name)
					: `it stands first, in the place of \`${source}\``,
	};
};

const meant = (name: string, behind: Stage['items'][number] | undefined, inside: string): Meaning | null => {
	if (name === 'offset' || name === 'skip')
		return { message: `no stage leaves out the first rows, as \`${name}\` does elsewhere`, label: 'leave it out' };
	const operator = name === 'having' ? 'where' : name;
	if (!OPERATORS.has(operator) && name !== 'having') return null;
	const [arg] = behind?.kind === 'args' ? behind.args : [];
	const rest = arg === undefined ? '…' : `${printExpr(arg.value)}${arg.order === 'desc' ? ' desc' : ''}`;
	// Its rows would have been put into tables by then.
	if (name === 'window' && inside === 'stat')
		return { message: '`stat` takes its window without a word for it', label: `write \`${rest}\`` };
	return { message: `\`${name}\` begins a stage of its own`, label: `write \`| ${operator} ${rest}\`` };
};
