import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nearest } from '../../grammar/suggest.ts';

const FIELDS = [
	'path',
	'host',
	'status',
	'latency',
	'remote_ip',
	'remote_port',
	'resp_size',
	'req_size',
	'pid',
	'ts',
	'p99_latency',
];

describe('the name that was meant', () => {
	const CASES: readonly (readonly [name: string, meant: string | null])[] = [
		['pathh', 'path'],
		['pth', 'path'],
		['apth', 'path'],
		['stauts', 'status'],
		['remote-ip', 'remote_ip'],
		['remoteIp', 'remote_ip'],
		['r_e_m_o_t_e_i_p', 'remote_ip'],
		['LATENCY', 'latency'],
		['respsize', 'resp_size'],
		['rep_size', 'resp_size'],
		['pdi', 'pid'],
		['t_s', 'ts'],
		['tz', null],
		['banana', null],
		['', null],
		['x'.repeat(10_000), null],
	];
	for (const [name, meant] of CASES) {
		it(`${name.slice(0, 20)} → ${meant}`, () => assert.equal(nearest(name, FIELDS), meant));
	}
	it('is the one with the same first letter when two are as close', () => {
		assert.equal(nearest('cost', ['host', 'cast']), 'cast');
	});
});
