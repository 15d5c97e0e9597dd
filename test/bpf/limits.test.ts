import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Data, Exe, HEAD_BYTES } from '../../engine/capture/events.ts';
import { CAPTURE_MODES, HOOKS, stageHooks } from '../../engine/capture/live-hooks.ts';
import { STAGE_PARTS } from '../../engine/exchange/stage-parts.ts';

/* Numbers that stand in one language, and that another one counts on. */

const ROOT = join(import.meta.dirname, '../..');

/** The value of a `#define` or a constant of numbers alone. */
function numberIn(file: string, name: string): number {
	const text = readFileSync(join(ROOT, file), 'utf8');
	const [, sum = ''] = new RegExp(`(?:#define ${name} |const ${name} = )\\(?([\\d_]+(?: \\+ \\d+)*)`).exec(text) ?? [];
	assert.notEqual(sum, '', `${name} in ${file}`);
	return sum
		.replaceAll('_', '')
		.split(' + ')
		.reduce((total, number) => total + Number(number), 0);
}

test('the reader of the ring has room for the largest record', () => {
	const most = numberIn('addon/ring.c', 'MAX_RECORD');
	const stages = 8 * numberIn('bpf/stage-times.bpf.h', 'MAX_STAGES');
	for (const file of ['bpf/socket-maps.bpf.h', 'bpf/socket-table.bpf.h'])
		assert.ok(Data.bytes + stages + numberIn(file, 'CHUNK_BYTES') <= most, file);
	assert.ok(Exe.bytes + numberIn('bpf/exe-path.bpf.h', 'NAMES_BYTES') + 8 <= most);
});

test('a head is one record of the ring at the sockets', () => {
	assert.equal(numberIn('bpf/socket-maps.bpf.h', 'CHUNK_BYTES'), HEAD_BYTES);
});

test('all programs of a mode can be attached at once', () => {
	for (const mode of CAPTURE_MODES) {
		const { always, again, fill, quiet } = HOOKS[mode];
		const programs = new Set([...always, ...again, fill, quiet, ...stageHooks(STAGE_PARTS)]);
		assert.ok(programs.size <= numberIn('addon/addon.c', 'MAX_LINKS'), mode);
	}
});

test('the second look for bytes that were not seen comes when calls of the first are told of', () => {
	const within = numberIn('bpf/unseen.bpf.c', 'TOLD_WITHIN_NS');
	assert.ok(1e6 * numberIn('engine/capture/live-kernel.ts', 'LOOK_AGAIN_MS') > within);
});
