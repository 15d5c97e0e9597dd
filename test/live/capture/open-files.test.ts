import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { CaptureError } from '../../../addon/capture-error.ts';
import { openLive } from '../../../engine/capture/live.ts';
import { STAGE_PARTS } from '../../../engine/exchange/stage-parts.ts';
import { demandFor, portScope } from '../../support/capture-live.ts';
import { MODE } from '../../support/capture-mode.ts';

/** No traffic is wanted. */
const SCOPE = portScope(1);

const openFiles = (): readonly string[] => readdirSync('/proc/self/fd');

/** Another process sets the limit, which was there before: to start one takes open files. */
const LIMITER = `
import resource, sys
for line in sys.stdin:
    pid, limit = map(int, line.split())
    _, hard = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (limit, hard))
    print(limit, flush=True)`;
const limiter = spawn('python3', ['-c', LIMITER], { stdio: ['pipe', 'pipe', 'inherit'] });
after(() => limiter.kill());

const limitTo = async (files: number): Promise<void> => {
	limiter.stdin.write(`${process.pid} ${files}\n`);
	await once(limiter.stdout, 'data');
};
const unlimited = () => limitTo(4096);

/** Lets this process open so many files more than it has: they take the lowest numbers that are free. */
const allow = (more: number): Promise<void> => {
	const open = new Set(openFiles().map(Number));
	let limit = 0;
	for (let free = 0; free < more || open.has(limit); limit++) if (!open.has(limit)) free++;
	return limitTo(limit);
};

test('hooks that were attached before there were too many open files are not attached again', async () => {
	const most = demandFor(SCOPE, 0, STAGE_PARTS);
	const source = openLive({ demand: demandFor(SCOPE, 0), most, mode: MODE });
	try {
		const before = openFiles().length;
		source.setDemand(most);
		const added = openFiles().length - before;
		source.setDemand(demandFor(SCOPE, 0));
		assert.equal(openFiles().length, before);
		await allow(2);
		assert.throws(() => source.setDemand(most), CaptureError);
		await unlimited();
		source.setDemand(most);
		assert.equal(openFiles().length, before + added);
	} finally {
		await unlimited();
		source.stop();
	}
});

test('a capture whose sockets cannot be listed any more ends with the reason', async () => {
	const source = openLive({ demand: { ...demandFor(SCOPE, 0), connections: true }, mode: MODE });
	const { promise, resolve } = Promise.withResolvers<Error | null>();
	source.start(() => {}, resolve);
	try {
		await allow(0);
		const end = await Promise.race([promise, sleep(5_000, null, { ref: false })]);
		assert.ok(end instanceof CaptureError, String(end));
	} finally {
		await unlimited();
		source.stop();
	}
});
