import { accessSync, constants, mkdirSync, statSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { visible } from './output/sanitize.ts';

/** Compiled code is kept beside the bundle, but never as root in the folder of somebody else. */
function cacheCompiledCode(): void {
	const folder = dirname(fileURLToPath(import.meta.url));
	if (basename(folder) !== 'dist') return;
	try {
		accessSync(folder, constants.W_OK);
		if (statSync(folder).uid !== process.getuid?.()) return;
		const cache = join(folder, '.cache');
		mkdirSync(cache, { recursive: true });
		enableCompileCache(cache);
	} catch {
		// A cache saves time; without it everything is the same.
	}
}

/** A bug: one line that says so. Its stack is for who mends it. */
function unexpected(error: unknown): never {
	const message = error instanceof Error ? error.message : String(error);
	const detail = process.env.CIQ_DEBUG === '1' && error instanceof Error ? `\n${error.stack}` : '';
	process.stderr.write(
		`claudeinsight: a bug in claudeinsight, please report it: ${visible(message)} (CIQ_DEBUG=1 shows where)${detail}\n`,
	);
	process.exit(1);
}

process.on('uncaughtException', unexpected);
process.on('unhandledRejection', unexpected);
cacheCompiledCode();
const { main } = await import('./shell/cli.ts');
process.exit(await main(process.argv.slice(2)));
