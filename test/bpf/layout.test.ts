import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import * as events from '../../engine/capture/events.ts';
import * as control from '../../engine/capture/live-control.ts';

const BPF = join(import.meta.dirname, '../../bpf');

const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** The offsets that TypeScript believes in, by the C structure they describe. `bytes` is its size. */
const STRUCTS: Record<string, Readonly<Record<string, number>>> = {
	ciq_header: events.Header,
	ciq_open: events.Open,
	ciq_data: events.Data,
	ciq_state: events.State,
	ciq_close: events.Close,
	ciq_counts: events.Counts,
	ciq_tcp_counts: events.TcpCounts,
	ciq_retransmit: events.Retransmit,
	ciq_process: events.Process,
	ciq_exe: events.Exe,
	ciq_exit: events.Exit,
	ciq_lost: events.Lost,
	ciq_clock: events.Clock,
	ciq_listen: events.Listen,
	ciq_stage: events.Stage,
	ciq_interface: events.Interface,
	ciq_check: events.Check,
	ciq_control: control.Control,
	ciq_scope: control.Scope,
	ciq_port_bounds: control.PortBoundsAt,
	ciq_id_key: control.IdKey,
	ciq_port_key: control.PortKey,
};

const withoutSizes = ({ nameBytes: _, ...rest }: Record<string, number>) => rest;
STRUCTS.ciq_name_key = withoutSizes(control.NameKey);
STRUCTS.ciq_net_key = control.NetKey;

const prefixed = (prefix: string, names: Readonly<Record<string, number>>) =>
	Object.fromEntries(Object.entries(names).map(([name, value]) => [`${prefix}${snake(name).toUpperCase()}`, value]));

/** The same for names of numbers. */
const NUMBERS: Record<string, number> = {
	...prefixed('CIQ_', events.EventType),
	...prefixed('CIQ_', events.DataFlag),
	...prefixed('CIQ_', events.StateFlag),
	...prefixed('CIQ_', events.ExeFlag),
	...prefixed('CIQ_', events.CheckFlag),
	...prefixed('CIQ_STAGE_', events.StageBit),
	...prefixed('CIQ_ROLE_', events.Role),
	...prefixed('CIQ_', control.End),
	...prefixed('CIQ_STAGES_', control.StagesWanted),
	...Object.fromEntries(control.DIMENSIONS.map((name, index) => [`CIQ_BY_${snake(name).toUpperCase()}`, index])),
	CIQ_PREEMPTING_KERNEL: control.PREEMPTING_KERNEL,
	CIQ_OUTSIDE: events.OUTSIDE,
	CIQ_DIMENSIONS: control.DIMENSIONS.length,
	CIQ_NAME_BYTES: control.NameKey.nameBytes,
};

const fieldsOf = (struct: string) => Object.keys(STRUCTS[struct] ?? {});

const expression = (struct: string, field: string) =>
	field === 'bytes' ? `sizeof(struct ${struct})` : `offsetof(struct ${struct}, ${snake(field)})`;

test('C and TypeScript agree on every offset, size and number', () => {
	const folder = mkdtempSync(join(tmpdir(), 'layout-'));
	try {
		const lines = [
			...Object.keys(STRUCTS).flatMap((struct) => fieldsOf(struct).map((field) => expression(struct, field))),
			...Object.keys(NUMBERS),
		];
		const source = [
			'#define CIQ_USER_SPACE',
			'#include <stddef.h>',
			'#include <stdio.h>',
			'#include "events.h"',
			'#include "control.h"',
			'int main(void) {',
			...lines.map((line) => `printf("%lld\\n", (long long)(${line}));`),
			'}',
		].join('\n');
		writeFileSync(join(folder, 'layout.c'), source);
		execFileSync('clang', ['-Wpadded', '-Werror', `-I${BPF}`, join(folder, 'layout.c'), '-o', join(folder, 'layout')]);
		const values = execFileSync(join(folder, 'layout'), { encoding: 'utf8' }).trim().split('\n').map(Number);
		const actual = Object.fromEntries(lines.map((line, index) => [line, values[index]]));
		const expected = Object.fromEntries([
			...Object.entries(STRUCTS).flatMap(([struct, fields]) =>
				Object.entries(fields).map(([field, offset]) => [expression(struct, field), offset]),
			),
			...Object.entries(NUMBERS),
		]);
		assert.deepEqual(actual, expected);
	} finally {
		rmSync(folder, { recursive: true });
	}
});
