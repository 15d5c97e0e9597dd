import { lookupField } from '../../exchange/catalog.ts';
import { hash32 } from '../aggregates/hash.ts';
import type { Env } from '../env.ts';
import { compileValue } from '../expression/compile.ts';
import type { Ir } from '../expression/ir.ts';
import { argsOf, constantValue, refuseItems } from './items.ts';
import type { Operator } from './operator.ts';
import { mapRows, type SignalOperator } from './transform.ts';

export const sample: Operator = {
	name: 'sample',
	doc: 'A part of the rows, picked evenly; what was seen of an exchange at both ends is kept or left out together',
	usage: 'sample fraction',
	examples: ['watch http | sample 10%'],
	takes: ['args'],
	keepsColumns: true,
	check: (stage, input, context) => {
		if (refuseItems(stage, sample, context)) return null;
		const [arg, extra] = argsOf(stage);
		const fraction = arg === undefined ? null : constantValue(arg.value, input, context);
		if (fraction === undefined) return null;
		if (arg === undefined || extra !== undefined || typeof fraction !== 'number' || fraction <= 0 || fraction > 1) {
			context.problems.error('CIQ405', extra ?? arg ?? stage, '`sample` needs a fraction above 0, up to 1', {
				label: 'such as `sample 10%`',
			});
			return null;
		}
		const id = input.exchanges ? lookupField('id', input.protocols) : null;
		const key: Ir | null =
			id?.kind === 'field' ? { kind: 'field', type: 'string', node: arg.value, field: id.field } : null;
		return { flow: input, expressions: key === null ? [] : [key], build: (env) => sampled(fraction, key, env) };
	},
};

const UINT32 = 2 ** 32;

/** By a hash, so that the same input gives the same rows: of the key, or of how many rows there were before. */
const sampled = (fraction: number, key: Ir | null, env: Env): SignalOperator =>
	mapRows(() => {
		const get = key === null ? null : compileValue(key, env);
		let count = 0;
		return (rows) => rows.filter((row) => hash32(String(get === null ? count++ : get(row))) < fraction * UINT32);
	});
