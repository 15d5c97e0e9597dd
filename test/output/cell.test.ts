import assert from 'node:assert/strict';
import { it } from 'node:test';
import { listOf, recordOf, type Type } from '../../engine/exchange/type.ts';
import { wallClock } from '../../engine/exchange/wall-clock.ts';
import { cellText } from '../../engine/output/cell.ts';

const CLOCK = wallClock({ startWall: 0n });

const counted = (members: readonly (readonly [string, Type])[]): Type =>
	listOf(recordOf([...members, ['count', 'int']]));

it('the most frequent values stand in a cell with their counts', () => {
	const type = counted([['value', 'int']]);
	const value = [
		{ value: 200, count: 15 },
		{ value: null, count: 2 },
	];
	assert.equal(cellText(value, type, CLOCK), '200 ×15, - ×2');
});

it('ranges stand in a cell with their counts and units', () => {
	const type = counted([
		['from', 'duration'],
		['to', 'duration'],
	]);
	assert.equal(cellText([{ from: 20_000, to: 50_000, count: 3 }], type, CLOCK), '20.0us–50.0us ×3');
});

it('other lists of maps are shown with the names of their parts', () => {
	assert.equal(cellText([{ value: 1, count: 2, unit: 'x' }], 'any', CLOCK), '[{value: 1, count: 2, unit: x}]');
	assert.equal(cellText([], 'list', CLOCK), '[]');
});
