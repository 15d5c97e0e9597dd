import { basename, join } from 'node:path';
import { buildSync } from 'esbuild';
import { ROOT } from '../support/tool.ts';

/**
 * A program of this folder as JavaScript in `folder`, as claudeinsight is when it runs: Node takes 30 ms of CPU to take the
 * types out of one, which would be counted against a floor. Gives its path.
 */
export const bundled = (name: string, folder: string): string => {
	const outfile = join(folder, `${basename(name, '.ts')}.mjs`);
	buildSync({
		entryPoints: [join(ROOT, 'test/bench', name)],
		bundle: true,
		format: 'esm',
		platform: 'node',
		target: 'node24',
		outfile,
	});
	return outfile;
};
