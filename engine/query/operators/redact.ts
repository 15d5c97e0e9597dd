import { constantOf } from '../expression/adapt.ts';
import type { Ir } from '../expression/ir.ts';
import type { FlowColumn } from '../flow.ts';
import { HASH } from '../functions/digest.ts';
import { flagOf, refuseItems } from './items.ts';
import { columnsAt, namedColumns } from './named-columns.ts';
import type { Operator } from './operator.ts';
import { projectStage } from './project.ts';

const REDACTED = '[redacted]';

export const redact: Operator = {
	name: 'redact',
	doc: 'Hides the values of columns; only what is shown is left of whole exchanges, so that nothing slips through',
	usage: 'redact column, … [--hash]',
	examples: ['watch http | redact client_ip, path', 'watch http | select client_ip, latency | redact client_ip --hash'],
	takes: ['args'],
	flags: [{ name: 'hash', value: null, doc: 'Equal values stay equal: each becomes the beginning of its SHA-256' }],
	check: (stage, input, context) => {
		if (refuseItems(stage, redact, context)) return null;
		const named = namedColumns(stage, input, context, 'redact path');
		if (named === null) return null;
		const hashed = flagOf(stage, 'hash') !== null;
		const hide = (column: FlowColumn): FlowColumn => {
			if (!named.some((one) => one.column.name === column.name)) return column;
			const { ir } = column;
			const hash: Ir = { kind: 'apply', type: 'string', node: ir.node, fn: HASH, args: [ir] };
			return { ...column, type: 'string', ir: hashed ? hash : constantOf(ir.node, 'string', REDACTED) };
		};
		return projectStage(input, columnsAt(stage, input).map(hide));
	},
};
