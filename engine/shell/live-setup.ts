import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../project-root.ts';
import { Exit, Failure } from './exit.ts';
import { isReady } from './live-ready.ts';

/** Bits of include/uapi/linux/capability.h: what loading a tracing program takes, the first one alone or the others. */
const CAP_SYS_ADMIN = 1n << 21n;
const CAP_PERFMON_AND_BPF = (1n << 38n) | (1n << 39n);

function mayLoadPrograms(): boolean {
	const line = /^CapEff:\s*([0-9a-f]+)/m.exec(readFileSync('/proc/self/status', 'utf8'));
	const effective = BigInt(`0x${line?.[1] ?? '0'}`);
	return (effective & CAP_SYS_ADMIN) !== 0n || (effective & CAP_PERFMON_AND_BPF) === CAP_PERFMON_AND_BPF;
}

/**
 * Makes sure that live capture can begin: first the right to, then what has to be built, by the launcher. Throws Failure
 * with the mend.
 */
export function prepareLive(): void {
	if (process.platform !== 'linux') {
		throw new Failure(Exit.notPossible, 'live capture needs Linux; recordings can be read here: --from FILE');
	}
	if (!mayLoadPrograms()) {
		throw new Failure(
			Exit.notPossible,
			'live capture needs root (or CAP_BPF and CAP_PERFMON): run it with sudo; recordings need nothing: --from FILE',
		);
	}
	const root = projectRoot();
	if (isReady(root)) return;
	const launcher = process.env.CIQ_LAUNCHER ?? join(root, 'claudeinsight');
	if (!existsSync(launcher)) return;
	const { status } = spawnSync('sh', [launcher, '--setup', 'live'], {
		stdio: ['inherit', process.stderr, process.stderr],
	});
	// The launcher has said what is wrong: only its status is passed on.
	if (status !== 0) throw new Failure(status ?? Exit.failed, '');
}
