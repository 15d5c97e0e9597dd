import assert from 'node:assert/strict';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import type { Printer } from '../../engine/output/printer.ts';
import { screenPrinter } from '../../engine/output/screen.ts';

let folder: string;
let fd: number;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'ciq-screen-'));
	fd = openSync(join(folder, 'out'), 'w');
});
afterEach(() => {
	closeSync(fd);
	rmSync(folder, { recursive: true });
});

/** What a terminal of those sequences shows at the end: lines with the cursor below them. */
function shownAfter(use: (screen: Printer) => void, rows = 24): string[] {
	use(screenPrinter(fd, { columns: 80, rows }, false));
	let lines: string[] = [''];
	for (const [part, up] of readFileSync(join(folder, 'out'), 'utf8').matchAll(/\p{Cc}\[(\d+)F\p{Cc}\[J|\n|\P{Cc}+/gu)) {
		if (up !== undefined) {
			const top = lines.length - 1 - Number(up);
			assert.ok(top >= 0, 'the cursor never leaves the top');
			lines = [...lines.slice(0, top), ''];
		} else if (part === '\n') lines.push('');
		else lines[lines.length - 1] += part;
	}
	return lines;
}

test('live lines are replaced in place, below what stays, the status at the foot', () => {
	const table = {};
	const shown = shownAfter((screen) => {
		screen.print('one\n');
		screen.status('1 exchange');
		screen.live(table, 'a\nb\nc\n');
		screen.live(table, 'a\nb\n');
		screen.print('two\n');
		screen.status('2 exchanges');
	});
	assert.deepEqual(shown, ['one', 'two', 'a', 'b', '2 exchanges', '']);
});

test('what a narrower terminal has folded is erased as well', () => {
	const terminal = { columns: 80, rows: 24 };
	const screen = screenPrinter(fd, terminal, false);
	screen.live({}, `${'x'.repeat(60)}\n\x1b[1m${'y'.repeat(40)}\x1b[22m\n`);
	terminal.columns = 40;
	screen.print('z\n');
	assert.match(readFileSync(join(folder, 'out'), 'utf8'), /\n\p{Cc}\[3F\p{Cc}\[Jz\n/u);
	terminal.columns = 80;
	screen.print('z\n');
	assert.match(readFileSync(join(folder, 'out'), 'utf8'), /\n\p{Cc}\[2F\p{Cc}\[Jz\n/u);
});

test('live lines that are taken away leave nothing', () => {
	const table = {};
	const shown = shownAfter((screen) => {
		screen.live(table, 'a\nb\n');
		screen.live(table, '');
		screen.live(table, '');
		screen.print('end\n');
	});
	assert.deepEqual(shown, ['end', '']);
});

test('live lines never fill the screen: what scrolls away cannot be erased', () => {
	const shown = shownAfter((screen) => {
		screen.live({}, Array.from({ length: 50 }, (_, i) => `line ${i}`).join('\n'));
	}, 5);
	assert.deepEqual(
		shown,
		['line 47', 'line 48', 'line 49', ''],
		'nor begin at its first line, which tmux takes for scrolling',
	);
});

test('closing takes them away', () => {
	const shown = shownAfter((screen) => {
		screen.print('kept\n');
		screen.live({}, 'gone');
		screen.close();
	});
	assert.deepEqual(shown, ['kept', '']);
});
