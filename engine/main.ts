import { startupSnapshot } from 'node:v8';
import { visible, visibleLines } from './output/sanitize.ts';
import { main } from './shell/cli.ts';
import { warmUp } from './warm-up.ts';

/** A bug: one line that says so. Its stack is for who mends it. */
function unexpected(error: unknown): never {
	const message = error instanceof Error ? error.message : String(error);
	const detail = process.env.CIQ_DEBUG === '1' && error instanceof Error ? `\n${visibleLines(error.stack ?? '')}` : '';
	process.stderr.write(
		`claudeinsight: a bug in claudeinsight, please report it: ${visible(message)} (CIQ_DEBUG=1 shows where)${detail}\n`,
	);
	process.exit(1);
}

async function start(): Promise<void> {
	process.on('uncaughtException', unexpected);
	process.on('unhandledRejection', unexpected);
	// The launcher's, which must not reach the commands that we start.
	if (process.env.GLIBC_TUNABLES === 'glibc.malloc.hugetlb=1') delete process.env.GLIBC_TUNABLES;
	process.exit(await main(process.argv.slice(2)));
}

// dist/main.snapshot is the heap of this program after the warm-up: see engine/setup/build.sh.
if (startupSnapshot.isBuildingSnapshot()) {
	startupSnapshot.setDeserializeMainFunction(start);
	void warmUp();
} else {
	void start();
}
