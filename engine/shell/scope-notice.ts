import { fileSourceName } from '../capture/file-source.ts';
import type { Plan } from '../query/plan.ts';
import type { Settings } from './settings.ts';

/**
 * What is said where flags such as `--comm` restrict files that the query itself names, of which a reader of the query would
 * not think; null where they do not. Who gave `--from` beside them has asked for it.
 */
export async function scopeNotice(plans: readonly Plan[], { from, scope }: Settings): Promise<string | null> {
	if (scope === null) return null;
	const sources = plans.flatMap(({ source, inputs = [] }) => [source, ...inputs.map((input) => input.source)]);
	const files = sources.flatMap((source) => (source.kind === 'from' && source !== from ? fileSourceName(source) : []));
	if (files.length === 0) return null;
	const { scopeWords } = await import('../query/explain/scope-words.ts');
	// What a process started, only the kernel knows.
	const words = scopeWords([{ ...scope, withChildren: false }]);
	return `flags of the command line restrict ${[...new Set(files)].join(', ')}, too: ${words.join(' ')}`;
}
