import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import { promptOnResize } from '../../engine/shell/repl-resize.ts';

test('a terminal of another size has its prompt drawn again, but not while a query runs', () => {
	const output = new EventEmitter();
	const [others, drawn]: number[][] = [[], []];
	let isBusy = false;
	output.on('resize', () => others.push(1));
	const apply = promptOnResize(output, () => isBusy);
	output.on('resize', () => drawn.push(1));
	apply();
	output.emit('resize');
	isBusy = true;
	output.emit('resize');
	isBusy = false;
	output.emit('resize');
	assert.deepEqual([others.length, drawn.length], [3, 2]);
});
