import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { isReady } from '../../engine/shell/live-ready.ts';
import { ROOT } from '../support/tool.ts';

const SOURCES = ['package-lock.json', 'addon/addon.c', 'addon/more/ring.c', 'bpf/socket.bpf.c'];
const PRODUCTS = ['node_modules/.package-lock.json', 'dist/addon.node', 'dist/socket.bpf.o', 'dist/syscall.bpf.o'];
const FOLDERS = ['addon', 'addon/more', 'bpf'];

const [BEFORE, BUILT, AFTER] = [1_000_000, 2_000_000, 3_000_000];

/** A clone in which all was built after its sources. */
function clone(t: TestContext): string {
	const root = mkdtempSync(join(tmpdir(), 'ciq-ready-'));
	t.after(() => rmSync(root, { recursive: true }));
	for (const file of [...SOURCES, ...PRODUCTS, 'dist/node']) {
		mkdirSync(dirname(join(root, file)), { recursive: true });
		writeFileSync(join(root, file), '');
	}
	chmodSync(join(root, 'dist/node'), 0o755);
	for (const file of [...SOURCES, ...FOLDERS]) utimesSync(join(root, file), BEFORE, BEFORE);
	for (const file of PRODUCTS) utimesSync(join(root, file), BUILT, BUILT);
	return root;
}

/** What the launcher would find. */
const isStale = (root: string): boolean => {
	const script = `root=$1; . "${ROOT}/engine/setup/stale.sh"; stale live`;
	return spawnSync('sh', ['-c', script, 'sh', root]).status === 0;
};

test('a clone in which all was built is ready', (t) => {
	const root = clone(t);
	assert.deepEqual([isReady(root), isStale(root)], [true, false]);
});

for (const path of [...SOURCES, ...FOLDERS])
	test(`not when ${path} has changed since, as the launcher finds it`, (t) => {
		const root = clone(t);
		utimesSync(join(root, path), AFTER, AFTER);
		assert.deepEqual([isReady(root), isStale(root)], [false, true]);
	});

for (const path of PRODUCTS)
	test(`nor without ${path}`, (t) => {
		const root = clone(t);
		rmSync(join(root, path));
		assert.deepEqual([isReady(root), isStale(root)], [false, true]);
	});
