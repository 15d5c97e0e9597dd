import { nearest } from '../../grammar/suggest.ts';
import type { TypeName } from '../exchange/type.ts';
import type { ParamValue } from './definitions.ts';
import { adapt } from './expression/adapt.ts';
import { checkExpr } from './expression/check.ts';
import { inWords, isOpen, unify } from './expression/types.ts';
import type { Flow } from './flow.ts';
import { type CheckContext, scopeOf } from './operators/operator.ts';

/** Types that a value on the command line can have. */
const TYPES: readonly TypeName[] = [
	...(['bool', 'int', 'float', 'string', 'duration', 'size', 'ip', 'cidr', 'time', 'list', 'any'] as const),
];

/** A parameter is known before there is a row. */
const NO_ROW: Flow = {
	exchanges: false,
	columns: [],
	nested: [],
	protocols: [],
	shape: 'stream',
	bounded: true,
	collects: false,
};

/** Checks that script parameters have the types they declare, whether the value was given or is the default. */
export const checkParams = (params: readonly ParamValue[], context: CheckContext): void => {
	for (const param of params) checkParam(param, context);
};

const checkParam = ({ name, type: declared, value }: ParamValue, context: CheckContext): void => {
	const { problems } = context;
	const type = TYPES.find((known) => known === declared.text);
	if (type === undefined) {
		const near = nearest(declared.text, TYPES);
		const label = near === null ? `there is ${TYPES.join(', ')}` : `did you mean \`${near}\`?`;
		problems.error('CIQ313', declared, `no type \`${declared.text}\``, { label });
		return;
	}
	const ir = checkExpr(value, scopeOf(NO_ROW, context));
	const adapted = ir && adapt(ir, type, problems);
	if (adapted === null || isOpen(type) || isOpen(adapted.type) || unify(type, adapted.type) === type) return;
	problems.error(
		'CIQ405',
		value,
		`\`${name.text}\` is ${type === 'int' ? 'a whole number' : inWords(type)}, and this is ${inWords(adapted.type)}`,
	);
};
