import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { filePrinter } from '../../engine/output/file-printer.ts';
import { plainPrinter } from '../../engine/output/plain.ts';
import { OutputFailed } from '../../engine/output/printer.ts';

let folder: string;
before(() => {
	folder = mkdtempSync(join(tmpdir(), 'ciq-plain-'));
});
after(() => rmSync(folder, { recursive: true }));

const write = (path: string, text: string, options: Partial<Parameters<typeof filePrinter>[1]> = {}): void => {
	const printer = filePrinter(path, { append: false, owner: null, ...options });
	printer.print(text);
	printer.close();
};
const modeOf = (path: string): number => statSync(path).mode & 0o777;

test('a file with captured payload is for its owner alone, whatever the umask', () => {
	const path = join(folder, 'new');
	const mask = process.umask(0);
	try {
		write(path, 'x\n');
	} finally {
		process.umask(mask);
	}
	assert.equal(modeOf(path), 0o600);
});

test('a file that was there keeps its mode, and is replaced or added to', () => {
	const path = join(folder, 'old');
	writeFileSync(path, 'old\n');
	chmodSync(path, 0o644);
	write(path, 'a\n', { append: true });
	assert.equal(readFileSync(path, 'utf8'), 'old\na\n');
	write(path, 'b\n');
	assert.equal(readFileSync(path, 'utf8'), 'b\n');
	assert.equal(modeOf(path), 0o644);
});

test('under sudo a new file is given to who called it', { skip: process.getuid?.() !== 0 && 'needs root' }, () => {
	const path = join(folder, 'given');
	write(path, 'x\n', { owner: { uid: 65534, gid: 65534 } });
	assert.equal(statSync(path).uid, 65534);
	const mine = join(folder, 'mine');
	writeFileSync(mine, '');
	write(mine, 'x\n', { owner: { uid: 65534, gid: 65534 } });
	assert.equal(statSync(mine).uid, 0);
});

test('what cannot be written says which file and why', () => {
	assert.throws(() => write(join(folder, 'no', 'where'), ''), {
		constructor: OutputFailed,
		message: /^cannot write '.*where': no such file or directory$/,
	});
	const full = plainPrinter(openSync('/dev/full', 'w'), "'/dev/full'");
	assert.throws(() => full.print('x\n'), {
		constructor: OutputFailed,
		message: /^cannot write '\/dev\/full': disk full$/,
	});
});
